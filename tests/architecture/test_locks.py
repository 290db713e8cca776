"""What is installed is what was locked: every version is pinned with hashes, and nothing names a registry's address."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.code import ROOT

LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)")


def pins(name: str) -> dict[str, str]:
    """package -> version of one lock."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    return {canonicalize_name(match[1]): match[2] for line in text.splitlines() if (match := PIN.match(line))}


def declared() -> dict[str, list[str]]:
    """lock -> requirements that it must satisfy, from pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    needed = project["project"]["dependencies"]
    return {"base": needed, **groups, "dev": needed + groups["dev"]}


@pytest.mark.parametrize("name", sorted(declared()))
def test_the_lock_satisfies_what_the_project_declares(name: str) -> None:
    locked = pins(name)
    for line in declared()[name]:
        requirement = Requirement(line)
        version = locked.get(canonicalize_name(requirement.name))
        assert version, f"{requirement.name} is not in requirements/{name}.txt: run make lock"
        assert requirement.specifier.contains(version), f"{line} but {version} is locked: run make lock"


def test_the_suite_runs_on_the_versions_that_people_get() -> None:
    base, dev = pins("base"), pins("dev")
    assert {name: dev.get(name) for name in base} == base


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_every_pin_has_hashes_and_no_address(lock: Path) -> None:
    text = lock.read_text()
    for entry in re.split(r"\n(?=\S)", text.strip()):
        assert PIN.match(entry), f"{lock.name}: {entry[:60]}"
        assert "--hash=sha256:" in entry, f"{lock.name}: {entry[:60]}"
    assert "://" not in text
    assert "--index" not in text


def test_the_front_end_lock_pins_everything_and_names_no_registry() -> None:
    lock = json.loads((ROOT / "frontend" / "package-lock.json").read_text())
    package = json.loads((ROOT / "frontend" / "package.json").read_text())
    for name, entry in lock["packages"].items():
        assert "resolved" not in entry, f"{name}: the lock names a registry"
        assert not name or entry.get("integrity") or entry.get("link") or entry.get("inBundle"), f"{name} has no hash"
    for group in ("dependencies", "devDependencies"):
        for name, version in package.get(group, {}).items():
            assert re.fullmatch(r"\d+\.\d+\.\d+", version), f"{name} is not pinned: {version}"
            assert lock["packages"][f"node_modules/{name}"]["version"] == version


def test_nothing_that_ships_comes_from_elsewhere() -> None:
    address = re.compile(r"https?://[\w.-]*(pypi|npmjs|registry|pythonhosted)[\w.-]*")
    for pattern in ("*.toml", "*.md", "Makefile", "*.py", "frontend/*", "tools/*", ".ci/*", "docs/**/*.md"):
        for path in ROOT.glob(pattern):
            if path.is_file():
                assert not address.search(path.read_text(errors="replace")), f"{path.name} names a registry"
