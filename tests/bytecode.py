"""Compiled modules are kept for the run even where Python is told not to write them beside the sources.

Without them every process of a run compiles Django, Kizuna and the tests anew: 2 s for each command and server that a
test starts, and 16 s instead of 6 s for each process of pytest.
"""

from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / ".pytest_cache" / "bytecode"


def keeping(environment: dict[str, str]) -> dict[str, str]:
    """The environment for a child and for whatever that starts."""
    if not environment.get("PYTHONDONTWRITEBYTECODE"):
        return environment
    kept = {name: value for name, value in environment.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {"PYTHONPYCACHEPREFIX": str(FOLDER)} | kept
