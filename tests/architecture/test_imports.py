"""Imports go down only; the contracts are in pyproject.toml."""

import os
import tomllib

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from tests.architecture.code import ROOT, rooms


def test_every_import_goes_down(capsys: pytest.CaptureFixture[str]) -> None:
    status = lint_imports(config_filename=os.fspath(ROOT / "pyproject.toml"), cache_dir=None)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_the_contracts_know_every_floor_and_every_room() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    ordered = {container: contract for contract in contracts for container in contract.get("containers", ())}
    for floor in ("base", "customers"):
        named = {layer.strip("() ") for layer in ordered[f"kizuna.{floor}"]["layers"]}
        assert {room.name for room in rooms() if room.floor == floor} <= named
        assert ordered[f"kizuna.{floor}"]["exhaustive"]
