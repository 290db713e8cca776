"""Each test is a unit of work of its own: it looks anew which custom fields there are; without a database, at none."""

from collections.abc import Iterator

import pytest

from kizuna.base.records.custom import catalogue
from kizuna.base.resources import editions

DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "live_server"}


@pytest.fixture(autouse=True)
def unit_of_work(request: pytest.FixtureRequest) -> Iterator[None]:
    asks = request.node.get_closest_marker("django_db") or DATABASE_FIXTURES & set(request.fixturenames)
    if asks:
        editions.look_again()
        yield
    else:
        with editions.staying_with(editions.Edition(), catalogue.alias()):
            yield
