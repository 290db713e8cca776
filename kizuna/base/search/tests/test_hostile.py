"""Whatever is typed: an answer, and never an error."""

from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kizuna.base.identity.models import User
from kizuna.base.search import queries as search
from kizuna.base.search.questions import MAX_CLAUSES, MAX_TERMS, understand
from kizuna.base.search.tests.conftest import InEveryStep
from kizuna.base.search.tests.models import GUESTS, Guest

Arrive = Callable[..., Guest]
Find = Callable[..., list[str]]

pytestmark = pytest.mark.django_db

HOSTILE = [
    "'", '"', "''", "\\", "\\'", "a'b", 'a"b', "a\\", "*", "a*", ":*", "a:*", "a:A", "&", "a & b", "a && b", "|", "!",
    "!a", "(", ")", "((a", "a <-> b", "<3>", "-a", "+a", "^a", "a^2", "{a}", "a:b", "lexemes : a", "NEAR(a b)", "AND",
    "a AND b", "OR", "NOT", "a NOT b", "\x00", "a\x00b", "%", "%s", "%(a)s", "_", "a_b", ";", "--", "/*", "$1", "?",
    "'; DROP TABLE search_entry; --", "\u202e", "\u200b", "\ud800", "\uffff", "\ufdd0", "😀", "👨\u200d👩\u200d👧", "ﷺ",
    "e\u0301\u0301\u0301", "㍿", "½", "١٢٣", "a" * 10_000, "山" * 10_000, "ㄱ" * 5_000, "김" * 5_000, "1" * 10_000,
    "a " * 5_000, "山 " * 5_000, "+" * 500, "@" * 500, "a.b" * 500, "n" * 200, "#", "##", "#a", "#-1", "#1 #2", "-1",
    "1e9", "0x10", "9" * 14, "9" * 30, "\n\r\t", "\u3000",
]  # fmt: skip


def test_no_text_is_an_error(
    arrive: Arrive, found: Find, in_every_step: InEveryStep, alice: User, haruto: User
) -> None:
    arrive("Yamada Aya", room="a b")
    for typed in HOSTILE:
        found(typed)
        in_every_step(partial(search.find, haruto, typed))
        in_every_step(partial(listed, alice, typed))
    assert found("yamada") == ["Aya Yamada"]


def listed(actor: User, typed: str) -> list[Guest]:
    return list(Guest.objects.filter(search.matching(GUESTS, actor, typed)))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60))
def test_no_random_text_is_an_error(inn: None, alice: User, typed: str) -> None:
    search.find(alice, typed)
    listed(alice, typed)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=st.characters(categories=["L", "N"]), min_size=1, max_size=20))
def test_a_name_is_found_by_itself(inn: None, alice: User, arrive: Arrive, found: Find, name: str) -> None:
    guest = arrive("Smith Aya")
    from kizuna.base.records import services as records

    changed = records.update(actor=alice, record=guest, changes={"family_name": name})
    if understand(name) is not None and understand(name).clauses:
        assert changed.pk in [hit.id for hit in search.find(alice, name, resources=[GUESTS])]


@pytest.mark.parametrize("typed", HOSTILE)
def test_a_question_stays_small(typed: str) -> None:
    question = understand(typed)
    if question:
        assert len(question.clauses) <= MAX_CLAUSES
        assert sum(max(len(way) for way in clause.ways) for clause in question.clauses) <= 2 * MAX_TERMS
