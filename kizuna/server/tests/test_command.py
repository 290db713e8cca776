import subprocess
import sys
from pathlib import Path

import pytest

from kizuna.server import command
from tests.postgres import free_port

ROOT = Path(command.__file__).resolve().parent.parent.parent


def kizuna(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command as a person runs it, with nothing else in the environment."""
    return subprocess.run(
        [sys.executable, "-m", "kizuna", *words], env={"PYTHONPATH": str(ROOT), **environment},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


@pytest.mark.parametrize("words", [[], ["--help"], ["help"]])
def test_without_a_command_it_shows_its_own_first(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    command.main(words)
    said = capsys.readouterr().out
    assert "kizuna COMMAND" in said
    for name in command.COMMANDS:
        assert f"\n  {name} " in said


def test_it_says_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    command.main(["--version"])
    assert capsys.readouterr().out.startswith("Kizuna ")


def test_help_leaves_no_folder_behind(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kizuna"], env={"PYTHONPATH": str(ROOT)}, cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_django_s_own_commands_work_too(tmp_path: Path) -> None:
    done = kizuna("check", KIZUNA_DATA_DIR=str(tmp_path))
    assert "System check identified no issues" in done.stdout, done.stderr


def test_a_setting_that_cannot_be_read_is_named_in_one_sentence(tmp_path: Path) -> None:
    done = kizuna("check", KIZUNA_DATA_DIR=str(tmp_path), KIZUNA_DEBUG="perhaps")
    assert done.returncode != 0
    assert "KIZUNA_DEBUG" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_that_is_behind_is_said_in_one_sentence(tmp_path: Path) -> None:
    done = kizuna("openapi", KIZUNA_DATA_DIR=str(tmp_path))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1] == "The database is not up to date. Run `kizuna migrate` first."
    assert "Traceback" not in done.stderr


def test_a_database_that_does_not_answer_is_said_in_one_sentence(tmp_path: Path) -> None:
    nobody = f"postgresql://kizuna:secret@127.0.0.1:{free_port()}/kizuna"
    done = kizuna("migrate", KIZUNA_DATA_DIR=str(tmp_path), DATABASE_URL=nobody)
    assert done.returncode == 1
    assert "Kizuna cannot use the database that DATABASE_URL names: connection failed" in done.stderr
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stderr


@pytest.mark.parametrize("url", ["mysql://kizuna@127.0.0.1/kizuna", "oracle://kizuna@127.0.0.1/kizuna", "kizuna"])
def test_a_database_that_nobody_tried_is_refused_with_those_that_work(tmp_path: Path, url: str) -> None:
    done = kizuna("migrate", KIZUNA_DATA_DIR=str(tmp_path), DATABASE_URL=url)
    assert done.returncode == 1
    assert done.stderr.startswith("Kizuna cannot start: DATABASE_URL names no database that Kizuna works with.")
    assert "postgresql://" in done.stderr
    assert "sqlite://" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_data_folder_that_cannot_be_one_is_said_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    done = kizuna("migrate", KIZUNA_DATA_DIR=str(tmp_path / "taken" / "data"))
    assert done.returncode == 1
    assert done.stderr.startswith(f"Kizuna cannot start: KIZUNA_DATA_DIR: the folder {tmp_path}/taken/data cannot be")
    assert "Traceback" not in done.stderr


def test_an_unsafe_setting_stops_every_command_with_what_to_do(tmp_path: Path) -> None:
    done = kizuna("migrate", KIZUNA_DATA_DIR=str(tmp_path), KIZUNA_SECRET_KEY="too-short")
    assert done.returncode != 0
    assert "KIZUNA_SECRET_KEY can be guessed" in done.stderr
    assert "Traceback" not in done.stderr


def test_mail_settings_that_nobody_knows_are_refused(tmp_path: Path) -> None:
    done = kizuna("check", KIZUNA_DATA_DIR=str(tmp_path), KIZUNA_EMAIL_URL="pigeon://coop")
    assert "KIZUNA_EMAIL_URL starts with" in done.stderr
