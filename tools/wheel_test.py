"""`make wheel-test`: what a person gets who runs `pip install` on the wheel, tried in an empty folder.

Builds the wheel in isolation, installs it with its locked dependencies into a new environment, loads the sample company
and serves it, and asks for the sign-in page and its style sheet.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PORT = 8765


def step(title: str, command: list[str], **options: object) -> None:
    print(f"{title} …", flush=True)
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, **options)  # type: ignore[call-overload]


def fetch(path: str) -> str:
    """The page at `path`, tried for half a minute while the server starts."""
    for attempt in range(60):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{PORT}{path}", timeout=5) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError:
            raise
        except OSError:
            if attempt == 59:
                raise
            time.sleep(0.5)
    raise AssertionError("unreachable")


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="kizuna-wheel-") as name:
        folder = Path(name)
        python = folder / "venv" / "bin" / "python"
        step("Making an environment", [sys.executable, "-m", "venv", str(folder / "venv")])
        step("Building", [str(python), "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", name, str(ROOT)])
        (wheel,) = folder.glob("kizuna-*.whl")
        pip = [str(python), "-m", "pip", "install", "--quiet"]
        lock = str(ROOT / "requirements" / "base.txt")
        step("Installing the locked dependencies", [*pip, "--require-hashes", "-r", lock])
        step("Installing the wheel", [*pip, "--no-deps", str(wheel)])
        env = {"PATH": os.defpath, "KIZUNA_DATA_DIR": str(folder / "data")}
        kizuna = str(folder / "venv" / "bin" / "kizuna")
        step("Asking for its version", [kizuna, "--version"], cwd=name, env=env)
        step("Loading the sample company", [kizuna, "demo", "--no-serve"], cwd=name, env=env)
        server = subprocess.Popen([kizuna, "serve", "--port", str(PORT)], cwd=name, env=env)
        try:
            page = fetch("/")
            styles = re.findall(r'href="(/static/[^"]+\.css)"', page)
            assert styles, "the sign-in page names no style sheet"
            assert all(fetch(style) for style in styles)
        finally:
            server.terminate()
            server.wait(timeout=20)
        print(f"{wheel.name}: {wheel.stat().st_size / 1e6:.1f} MB, works.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
