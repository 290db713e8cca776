"""Two people, one view, the same moment: real transactions in two threads."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from kizuna.base.saved_views import services
from kizuna.base.saved_views.models import DefaultView, SavedView
from kizuna.base.types.errors import Invalid, Stale

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*tasks):
    """The results, or the problems, of tasks that begin together, each on a connection of its own."""
    start = Barrier(len(tasks))

    def run(task):
        try:
            start.wait(timeout=60)
            return task()
        except (Invalid, Stale) as problem:
            return problem
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tasks)) as threads:
        return [future.result() for future in [threads.submit(run, task) for task in tasks]]


def test_two_who_save_one_view_at_once_do_not_overwrite_each_other(keep, mika, alice):
    view = keep(mika, audience="team", team=mika.team)

    def save(actor, sort):
        return lambda: services.change_view(actor=actor, view=view, changes={"sort": sort}, version=1)

    results = at_once(save(mika, "pages"), save(alice, "-pages"))
    assert sorted(type(result).__name__ for result in results) == ["SavedView", "Stale"]
    saved = next(result for result in results if isinstance(result, SavedView))
    assert SavedView.objects.get(pk=view.pk).sort == saved.sort


def test_one_name_given_twice_at_once_makes_one_view(keep, haruto):
    results = at_once(*[lambda: keep(haruto, "Twice")] * 2)
    assert sorted(type(result).__name__ for result in results) == ["Invalid", "SavedView"]
    assert SavedView.objects.filter(name="Twice").count() == 1


def test_of_two_views_that_a_list_is_to_open_with_at_once_the_later_stays(keep, alice):
    long, short = (keep(alice, name, audience="everyone") for name in ("Long", "Short"))
    others = iter([None, long])

    def in_between(execute, sql, *rest):
        """Once it is known that there is none yet, and before this one is written."""
        found = execute(sql, *rest)
        if DefaultView._meta.db_table in sql and (view := next(others, None)):
            DefaultView.objects.create(resource="book", view=view)
        return found

    with connection.execute_wrapper(in_between):
        services.set_default_view(actor=alice, resource="book", view=short, role=None)
    assert DefaultView.objects.get().view == short
