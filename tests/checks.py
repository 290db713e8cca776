"""`make check`: everything that can be said about the code without running the product."""

import os
import subprocess
import sys
import time
from pathlib import Path

from tests import bytecode

BIN = Path(sys.executable).parent

CHECKS: dict[str, list[str]] = {
    "ruff: mistakes": ["ruff", "check", "."],
    "ruff: format": ["ruff", "format", "--check", "--quiet", "."],
    "djlint: templates": ["djlint", "kizuna", "--lint", "--quiet"],
    "lint-imports: contracts": ["lint-imports"],
    "mypy: types": ["mypy"],
    "architecture, docs, locks, translations": ["pytest", "tests/architecture", "-n", "2"],
}


def main() -> int:
    """Run them all, also when one fails; show what the failing ones said."""
    failed = []
    for title, command in CHECKS.items():
        started = time.monotonic()
        done = subprocess.run(
            [str(BIN / command[0]), *command[1:]],
            env=bytecode.keeping(dict(os.environ)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            check=False,
        )  # fmt: skip
        said = "ok" if done.returncode == 0 else "FAILED"
        print(f"[{time.monotonic() - started:5.1f}s] {title}: {said}", flush=True)
        if done.returncode != 0 or command[0] == "pytest":
            print(done.stdout, flush=True)
        if done.returncode != 0:
            failed.append(title)
    print(f"{len(CHECKS) - len(failed)} of {len(CHECKS)} checks passed", *failed, sep="\n  failed: ")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
