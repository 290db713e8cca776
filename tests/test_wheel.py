"""`pip install kizuna` gives the whole product: what is built and not kept in the repository is in the wheel."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.early  # and together: the wheel is built once


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    """The wheel, built from this folder with what the environment has: no network, and no Node when nothing changed."""
    folder = tmp_path_factory.mktemp("dist")
    (path,) = WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    with zipfile.ZipFile(path) as archive:
        yield archive


def test_it_carries_the_front_end(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    for built in ("app.js", "app.css", "icons.svg"):
        assert f"kizuna/base/ui/static/kizuna/{built}" in names


def test_it_carries_the_compiled_translations(wheel: zipfile.ZipFile) -> None:
    for language in ("ja", "ko"):
        assert f"kizuna/locale/{language}/LC_MESSAGES/django.mo" in wheel.namelist()


def test_it_carries_every_module_template_and_migration_but_no_tests(wheel: zipfile.ZipFile) -> None:
    carried = set(wheel.namelist())
    for path in (ROOT / "kizuna").rglob("*"):
        name = path.relative_to(ROOT)
        if path.suffix in {".py", ".html"} and "tests" not in name.parts and "__pycache__" not in name.parts:
            assert name.as_posix() in carried, f"{name} is not in the wheel"
    assert not [name for name in carried if "/tests/" in name]


def test_it_brings_the_command(wheel: zipfile.ZipFile) -> None:
    (entry_points,) = [name for name in wheel.namelist() if name.endswith("entry_points.txt")]
    assert re.search(r"^kizuna = kizuna\.server\.command:main$", wheel.read(entry_points).decode(), re.MULTILINE)


def test_a_source_archive_can_be_built_without_node(tmp_path: Path) -> None:
    import tarfile

    (path,) = SdistBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"hatch_build.py", "tools/assets.py", "kizuna/base/ui/static/kizuna/app.js"} <= names
