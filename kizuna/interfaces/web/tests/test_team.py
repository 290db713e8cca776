"""What my team did: only for those it concerns, grouped by record, and never more than one may see."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from kizuna.base.identity.models import Team, User
from kizuna.base.records import services as records
from kizuna.base.testing.visiting import Visitor, page_of

Visit = Callable[..., Visitor]


def test_a_leader_reads_what_the_teams_beneath_did(
    visit: Visit, mika: User, haruto: User, sora: User, person: Any, tokyo: Team
) -> None:
    yoko = person("山本", "陽子", owner=haruto)
    records.update(actor=haruto, record=yoko, changes={"job_title": "部長"})
    records.update(actor=sora, record=yoko, changes={"job_title": "課長"})
    page = page_of(visit(mika).get("/team"))
    assert page.count("山本 陽子") == 1
    assert re.search(r"<del>部長</del>\s*<ins>課長</ins>", page)
    assert page_of(visit(mika).get("/team", team=tokyo.pk)).count("<ins>") == 2


def test_nobody_follows_a_team_that_is_not_theirs(visit: Visit, haruto: User, seoul: Team, headquarters: Team) -> None:
    for team in (seoul, headquarters):
        assert visit(haruto).get("/team", team=team.pk).status_code == 404
    assert visit(haruto).get("/team", team="x").status_code == 404


def test_somebody_without_a_team_is_told_so(visit: Visit, nobody: User) -> None:
    assert "You are in no team yet" in page_of(visit(nobody).get("/team"))


def test_older_entries_come_as_a_part_of_the_page(visit: Visit, mika: User, haruto: User, person: Any) -> None:
    for number in range(35):
        yoko = person(f"山本{number}", owner=haruto)
        records.update(actor=haruto, record=yoko, changes={"job_title": "部長"})
    visitor = visit(mika)
    more = re.search(r'hx-get="(/team\?[^"]*before=\d+)"', page_of(visitor.get("/team")))
    assert more
    answer = page_of(visitor.ask(more[1].replace("&amp;", "&")))
    assert "<html" not in answer
    assert "山本0 " in answer or "山本0<" in answer
