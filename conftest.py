"""Options of the whole suite; `tests/suite.py` uses them."""

import gc
import os
from pathlib import Path

import hypothesis
import pytest
from django.utils import timezone, translation
from hypothesis.internal.conjecture import providers

# Times say nothing on a busy machine. In CI the examples are the same every time, so that nobody meets another's find.
hypothesis.settings.register_profile("kizuna", deadline=None, derandomize=os.environ.get("CI") == "true")
hypothesis.settings.load_profile("kizuna")
# Nor are they others with every number and word that stands somewhere in the code: each process would read all of it,
# for up to four seconds, and draw some of its examples from there.
providers._get_local_constants = lambda: providers._local_constants

gc.disable()  # until all modules are there: they stay

pytest_plugins = [
    "kizuna.base.testing.events",
    "kizuna.base.testing.people",
    "kizuna.base.testing.shelves",
    "kizuna.base.testing.units",
    "kizuna.base.testing.visiting",
    "tests.database",
]

ONCE = (
    "kizuna/base/ui/", "kizuna/interfaces/web/", "kizuna/interfaces/public/",
    "kizuna/base/identity/tests/test_commands.py", "kizuna/base/identity/tests/test_signing_in.py",
    "kizuna/customers/consent/tests/test_views.py", "kizuna/customers/sequences/tests/test_views.py",
    "kizuna/customers/timeline/tests/test_demo.py", "kizuna/domains/sales/tests/test_quote_views.py",
    "kizuna/intelligence/prediction/tests/test_views.py",
    *(f"kizuna/interfaces/api/tests/test_{name}.py" for name in (
        "about", "access", "actions", "authentication", "bulk", "busy", "catalog", "consent", "custom", "duplicates",
        "files", "imports", "leads", "merging", "orders", "prediction", "quality", "throttling", "together",
    )),
    "tests/contracts/test_query_counts.py",
)  # fmt: skip
"""Tests that run on one database, though they read it, as those marked `once`: see "Tests" in CONTRIBUTING.md."""

DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "live_server", "empty_database"}


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("kizuna")
    group.addoption("--database-only", action="store_true", help="only tests that depend on the database")
    group.addoption("--without", metavar="REASON", help="run nothing and count every test as skipped, for REASON")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "once: one database is enough, see CONTRIBUTING.md")
    config.addinivalue_line("markers", "early: takes so long that a process would wait for it, were it among the last")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """A file of which nothing will run is not read either."""
    if not config.getoption("--database-only"):
        return None
    return f"{collection_path.relative_to(config.rootpath).as_posix()}/".startswith(ONCE) or None


def depends_on_database(item: pytest.Item) -> bool:
    if item.nodeid.startswith(ONCE) or item.get_closest_marker("once"):
        return False
    fixtures = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or bool(fixtures & DATABASE_FIXTURES)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """A request leaves its reader's language and time zone behind: whoever comes next begins without them."""
    translation.deactivate()
    timezone.deactivate()


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is there now is not looked through again and again; what tests leave is, less often than Python would."""
    gc.enable()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.hookimpl(trylast=True)  # after pytest-django has put those that commit behind the others
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.get_closest_marker("early") is None)
    if config.getoption("--database-only"):
        left_out = [item for item in items if not depends_on_database(item)]
        items[:] = [item for item in items if depends_on_database(item)]
        config.hook.pytest_deselected(items=left_out)
    if reason := config.getoption("--without"):
        for item in items:
            item.add_marker(pytest.mark.skip(reason=reason))
