from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from pytest_django import Settings

from kizuna.server import static
from kizuna.server.settings import WHITENOISE_IMMUTABLE_FILE_TEST as may_be_kept_for_ever


@pytest.fixture
def files(tmp_path: Path, settings: Settings) -> Path:
    """A folder with one style sheet as the only source of static files."""
    source = tmp_path / "source"
    source.mkdir()
    (source / "app.css").write_text("body { margin: 0 }")
    settings.STATICFILES_DIRS = [source]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "collected"
    finders.get_finder.cache_clear()
    return source


def test_files_are_collected_once_and_again_when_one_changes(files: Path, settings: Settings) -> None:
    assert static.collect()
    assert (settings.STATIC_ROOT / "app.css").read_text() == "body { margin: 0 }"
    assert not static.collect()
    (files / "app.css").write_text("body { margin: 1px }")
    assert static.collect()
    assert (settings.STATIC_ROOT / "app.css").read_text() == "body { margin: 1px }"


def test_a_file_that_is_gone_is_not_served_any_more(files: Path, settings: Settings) -> None:
    (files / "old.js").write_text("1")
    static.collect()
    (files / "old.js").unlink()
    static.collect()
    assert not (settings.STATIC_ROOT / "old.js").exists()


def test_nothing_is_collected_in_debug(files: Path, settings: Settings) -> None:
    settings.DEBUG = True
    assert not static.collect()
    assert not settings.STATIC_ROOT.exists()


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("/static/kizuna/app.0123456789ab.js", True),
        ("/static/kizuna/chunks/board-A1B2C3D4.js", True),
        ("/static/kizuna/app.js", False),
        ("/static/kizuna/icons.svg", False),
    ],
)
def test_only_names_with_a_hash_are_kept_by_browsers_for_ever(url: str, kept: bool) -> None:
    assert may_be_kept_for_ever("", url) is kept
