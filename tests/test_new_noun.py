"""The walk of docs/guide/new-noun.md: a stranger's room, made of the page's own code, works everywhere."""

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
GUIDE = ROOT / "docs" / "guide" / "new-noun.md"

VISIT = """
import json
import re
import django
django.setup()
from django.conf import settings
settings.ALLOWED_HOSTS.append("testserver")
from django.test import Client
from kizuna.base.identity.models import User
from kizuna.base.identity.services import tokens

mika = User.objects.create_superuser("mika@kizuna.example", "correct horse battery", name="Mika")
browser = Client()
browser.force_login(mika)
typed = {"plate": "yokohama 300", "seats": "5", "price": "2400000", "price_currency": "JPY"}
made = browser.post("/vehicles/new", typed)
vehicle = made["Location"].rsplit("/", 1)[1]
shown = {
    "list": browser.get("/vehicles").content.decode(),
    "record": browser.get(f"/vehicles/{vehicle}").content.decode(),
    "palette": browser.get("/palette?q=yoko").content.decode(),
    "filtered": browser.get('/vehicles?filter={"field":"seats","op":"gte","value":5}').content.decode(),
}
token, secret = tokens.issue_token(actor=mika, user=mika, name="walk")
program = Client(headers={"Authorization": f"Bearer {secret}"})
acted = program.post(f"/api/v1/vehicles/{vehicle}/actions/retire_vehicle", {"reason": "rust"}, "application/json")
listed = program.get("/api/v1/vehicles").json()
history = browser.get(f"/vehicles/{vehicle}/history").content.decode()
print(json.dumps({
    "made": made.status_code,
    "found": {place: "YOKOHAMA 300" in re.sub("</?mark>", "", page) for place, page in shown.items()},
    "acted": acted.status_code,
    "listed": listed,
    "history": "rust" in history,
}))
"""


def run(folder: Path, *command: str) -> str:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("KIZUNA_", "DATABASE_URL"))},
        "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}",
        "KIZUNA_DATA_DIR": str(folder / "var"),
        "KIZUNA_DEBUG": "true",
        "DJANGO_SETTINGS_MODULE": "kizuna.server.settings",
    }
    done = subprocess.run(
        [sys.executable, *command], cwd=folder, env=environment, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    """The room as the guide writes it, installed the way pip would: with its entry point beside it."""
    page = GUIDE.read_text()
    (tmp_path / "fleet").mkdir()
    code = [*re.findall(r"An empty `(\S+)`()", page), *re.findall(r"```\w+ file=(\S+)\n(.*?)```", page, re.DOTALL)]
    assert [name for name, _text in code] == [
        "fleet/__init__.py",
        "fleet/apps.py",
        "fleet/models.py",
        "fleet/services.py",
        "fleet/resources.py",
        "pyproject.toml",
    ]
    for name, text in code:
        (tmp_path / name).write_text(text)
    project = tomllib.loads((tmp_path / "pyproject.toml").read_text())["project"]
    installed = tmp_path / f"{project['name']}-{project['version']}.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    )
    ((room, module),) = project["entry-points"]["kizuna.rooms"].items()
    (installed / "entry_points.txt").write_text(f"[kizuna.rooms]\n{room} = {module}\n")
    return tmp_path


@pytest.mark.early
def test_a_newcomer_adds_a_noun_with_the_guide_alone(fleet: Path, begin_migrated: Callable[[Path], None]) -> None:
    (fleet / "var").mkdir()
    begin_migrated(fleet / "var" / "kizuna.sqlite3")
    run(fleet, "-m", "kizuna", "makemigrations", "fleet")
    run(fleet, "-m", "kizuna", "migrate", "-v0")
    seen = json.loads(run(fleet, "-c", VISIT).splitlines()[-1])
    assert seen["made"] == 302
    assert seen["found"] == {"list": True, "record": True, "palette": True, "filtered": True}
    assert seen["acted"] == 200
    (vehicle,) = seen["listed"]["items"]
    assert vehicle["plate"] == "YOKOHAMA 300"
    assert vehicle["price"] == {"amount": "2400000", "currency": "JPY"}
    assert (vehicle["is_retired"], vehicle["tags"]) == (True, ["rust"])
    assert seen["history"]
