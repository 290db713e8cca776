"""Where records belong by a tree, which of them lie elsewhere, and who works in a territory."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import BigIntegerField, BooleanField, Case, Count, F, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.utils import timezone

from kizuna.base.identity.models import User
from kizuna.base.resources import registry
from kizuna.base.territories import kinds, trees
from kizuna.base.territories.models import Realignment, Territory, TerritoryDraft, TerritoryMember
from kizuna.base.territories.takers import Takers, asked
from kizuna.base.territories.trees import Node, Tree
from kizuna.base.types.money import Money
from kizuna.base.types.ready import GivenIds, Ready

NUMBER = BigIntegerField(null=True)
NOWHERE = Value(None, output_field=NUMBER)
PART = 500
"""So many records are asked together where they belong by a large tree: they lie in so many places at most."""
PLACES = ("pk", "territory_id", "belongs", "owner_id")
"""What is read of a record that is to be moved."""


def territory_of(key: str, tree: Tree, day: dt.date, rows: Any) -> Any:
    """An expression on these records of a kind: the id of the territory in which each belongs by a tree on a day.

    What somebody chose, and what is settled and lies somewhere, stays. Then the first territory that takes it, else
    that of what the record follows, which is asked for in the same way: so nothing depends on what is stored by then.
    Of a large tree it names only territories that may take one of them: on other records it says nothing.
    """
    kind = kinds.find(key)
    assert kind is not None, f"Records of the kind {key} lie in no territories."
    stays = Q(territory_pinned_at__isnull=False)
    if kind.settled:
        stays |= Q(territory__isnull=False) & (asked(key, [kind.settled]) or Q(pk__in=()))
    steps = [_by_rules(key, tree, day, rows), *(_followed(kind, name, tree, day, rows) for name in kind.follows)]
    steps = [step for step in steps if step is not None]
    found = Coalesce(*steps, output_field=NUMBER) if len(steps) > 1 else steps[0] if steps else NOWHERE
    return Case(When(stays, then=F("territory_id")), default=found, output_field=NUMBER)


def _by_rules(key: str, tree: Tree, day: dt.date, rows: Any) -> Any:
    cases, last = [], NOWHERE
    for pk, fits in Takers.of(key, tree, day).for_any_of(rows):
        if not fits:  # everything: who comes after it gets nothing
            last = Value(pk, output_field=NUMBER)
            break
        cases.append(When(fits, then=Value(pk)))
    if not cases:
        return last if last is not NOWHERE else None
    return Case(*cases, default=last, output_field=NUMBER)


def _followed(kind: kinds.Placeable, name: str, tree: Tree, day: dt.date, rows: Any) -> Any:
    target = kind.target_of(name)
    known = registry.get(target).model._default_manager.live()
    belongs = territory_of(target, tree, day, known.filter(pk__in=rows.order_by().values(f"{name}_id")))
    found = known.filter(pk=OuterRef(f"{name}_id")).order_by()
    return Subquery(found.annotate(belongs=belongs).values("belongs"), output_field=NUMBER)


def _spelled_out(key: str, tree: Tree, day: dt.date) -> Any:
    """`territory_of` all records, written as SQL once a day, as that takes longer than asking it of a record: for
    queries that begin with the table of these records. Where rules join another table to it, each query writes it
    anew."""
    name = ("spelled out", key, day, timezone.now().date())
    if name not in tree.made_out:
        every = registry.get(key).model._default_manager.order_by()
        belongs = territory_of(key, tree, day, every)
        rows = every.annotate(belongs=belongs).values("belongs")
        compiler = rows.query.get_compiler(rows.db)
        compiler.pre_sql_setup()
        if sum(map(bool, rows.query.alias_refcount.values())) == 1:
            sql, values = compiler.compile(rows.query.annotations["belongs"])
            belongs = RawSQL(sql, values, NUMBER)  # noqa: S611 - SQL of Django's, values beside it
        tree.made_out[name] = belongs
    return tree.made_out[name]


def moving(key: str, tree: Tree, rows: Any, *, day: dt.date | None = None) -> Any:
    """Those of these records that lie elsewhere than where they belong by a tree: `belongs` says where.

    What a preview counts and what a realignment moves is this. Of a large tree a `part` of the records is asked at a
    time, since what is put together for one is for no other.
    """
    day = day or trees.today()
    found = rows.live()
    belongs = territory_of(key, tree, day, found) if tree.is_large else _spelled_out(key, tree, day)
    same = Q(territory_id=F("belongs")) | Q(territory_id__isnull=True, belongs__isnull=True)
    differs = Case(When(same, then=Value(False)), default=Value(True), output_field=BooleanField())
    return found.annotate(belongs=belongs).alias(differs=differs).filter(differs=True)


def parts(rows: Any, tree: Tree, *, after: int = 0) -> Iterator[Any]:
    """All of these records, or those with greater ids: as they are, or of a large tree some at a time."""
    if not tree.is_large:
        yield rows.filter(pk__gt=after) if after else rows
        return
    while ids := list(rows.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:PART]):
        yield rows.filter(pk__in=ids)
        after = ids[-1]


def misplaced(key: str, tree: Tree, ids: Collection[int]) -> list[Any]:
    """`PLACES` of those records that lie elsewhere than where they belong: `moving`, put together once a day. For
    records that this transaction has made: nobody else can hold them, so nothing is locked."""
    day, known = trees.today(), registry.get(key).model._default_manager
    if tree.is_large:
        made = parts(known.filter(pk__in=ids), tree)
        return [row for some in made for row in moving(key, tree, some, day=day).order_by("pk").values_list(*PLACES)]
    name = ("misplaced", key, day, timezone.now().date())
    if name not in tree.made_out:
        elsewhere = moving(key, tree, known.filter(pk__in=GivenIds("ids")), day=day)
        listed = elsewhere.order_by("pk").values_list(*PLACES)
        tree.made_out[name] = Ready(lambda: listed)
    found: list[Any] = tree.made_out[name].ask(ids=ids)
    return found


# A realignment before it is applied ---------------------------------------------------------------------------------

DRAWN = ("name", "priority", "valid_from", "valid_until", "is_active", "rules")


def drawn(shape: Any, parent: int | None) -> dict[str, Any]:
    """What is compared of a territory, as JSON."""
    return {
        "name": shape.name,
        "parent": parent,
        "priority": shape.priority,
        "valid_from": shape.valid_from.isoformat() if shape.valid_from else None,
        "valid_until": shape.valid_until.isoformat() if shape.valid_until else None,
        "is_active": shape.is_active,
        "rules": shape.rules or {},
    }


@dataclass(frozen=True)
class Redrawn:
    """A drafted territory and in what it differs from how it stood when the draft was begun."""

    draft: TerritoryDraft
    now: dict[str, Any]
    changes: dict[str, Any]

    @property
    def id(self) -> int:
        """That of the territory; below zero for one that is not there yet."""
        return self.draft.territory_id or -self.draft.pk


TOUCHED = Q(territory=None) | Q(version__gt=1) | Q(before__isnull=False) | Q(deleted_at__isnull=False)
"""Drafts in which something was drawn; the others are copies of what stood."""


def redrawn(realignment: Realignment) -> list[Redrawn]:
    """All drafts of a realignment that may differ from their base. The parents are ids as `Redrawn.id` says."""
    drafts = list(TerritoryDraft.objects.filter(TOUCHED, realignment=realignment).order_by("pk"))
    above = TerritoryDraft.objects.filter(pk__in={one.parent_id for one in drafts if one.parent_id})
    ids = {
        pk: territory or -pk
        for pk, territory, deleted_at in above.values_list("pk", "territory_id", "deleted_at")
        if territory or not deleted_at
    }
    found = []
    for draft in drafts:
        if draft.is_deleted and not draft.territory_id:
            continue
        now = drawn(draft, ids.get(draft.parent_id) if draft.parent_id else None)
        if draft.is_deleted:
            now = draft.base | {"is_active": False}
        base = draft.base if draft.territory_id else {}
        changes = {name: value for name, value in now.items() if name not in base or base[name] != value}
        found.append(Redrawn(draft, now, changes))
    return found


def drafted(realignment: Realignment) -> Tree:
    """The tree as it would stand: what differs from the base of a draft, laid over the tree of today."""
    nodes = dict(trees.now().nodes)
    for one in redrawn(realignment):
        known = nodes.get(one.id)
        if known is not None or not one.draft.territory_id:  # else it was deleted since
            stood = drawn(known, known.parent_id) if known else {}
            nodes[one.id] = _node(one.id, stood | one.changes, one.draft.sort_key)
    return Tree(nodes.values())


def drafts_of(realignment: Realignment, territories: Collection[int]) -> dict[int, int]:
    """The drafts of these territories, which are called as `Redrawn.id` says."""
    rows = TerritoryDraft.objects.live().filter(realignment=realignment).order_by()
    stands = dict(rows.filter(territory__in=territories).values_list("territory_id", "pk"))
    return stands | {pk: -pk for pk in territories if pk < 0}


def _node(pk: int, data: Mapping[str, Any], sort_key: str) -> Node:
    return Node(
        id=pk, name=data["name"], parent_id=data["parent"], priority=data["priority"], rules=data["rules"],
        is_active=data["is_active"], valid_from=day_of(data["valid_from"]), valid_until=day_of(data["valid_until"]),
        sort_key=sort_key,
    )  # fmt: skip


def day_of(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


@dataclass(frozen=True)
class Flow:
    """So many records of a kind would go from one territory to another; `amounts` by currency."""

    key: str
    before: int | None
    after: int | None
    owner: int | None
    count: int
    amounts: tuple[Money, ...] = ()

    def to_json(self) -> list[Any]:
        amounts = [[str(one.amount), one.currency] for one in self.amounts]
        return [self.key, self.before, self.after, self.owner, self.count, amounts]

    @classmethod
    def from_json(cls, stored: Sequence[Any]) -> Flow:
        key, before, after, owner, count, amounts = stored
        return cls(key, before, after, owner, count, tuple(Money.rounded(Decimal(one), code) for one, code in amounts))


def flows(tree: Tree, *, day: dt.date | None = None) -> list[Flow]:
    """What would move, of every kind, from where to where and of whom: a query for each kind, and of a large tree for
    each part of its records."""
    return [one for kind in kinds.placeable() for one in _flows(kind, _moving_sums(kind, tree, day))]


def _moving_sums(kind: kinds.Placeable, tree: Tree, day: dt.date | None) -> Iterator[dict[str, Any]]:
    by = ["territory_id", "belongs", "owner_id", *([f"{kind.amount}_currency"] if kind.amount else [])]
    totals = {"total": Sum(kind.amount)} if kind.amount else {}
    for some in parts(kind.model._default_manager.live(), tree):
        rows = moving(kind.key, tree, some, day=day).order_by()
        yield from rows.values(*by).annotate(count=Count("pk"), **totals)


def _flows(kind: kinds.Placeable, rows: Iterable[dict[str, Any]]) -> list[Flow]:
    counts: dict[tuple[Any, ...], int] = defaultdict(int)
    amounts: dict[tuple[Any, ...], dict[str, Money]] = defaultdict(dict)
    for row in rows:
        way = (row["territory_id"], row["belongs"], row["owner_id"])
        counts[way] += row["count"]
        currency = row.get(f"{kind.amount}_currency")
        if currency and row.get("total"):
            total, known = Money.rounded(row["total"], currency), amounts[way].get(currency)
            amounts[way][currency] = known + total if known else total
    return [
        Flow(kind.key, before, after, owner, count, tuple(amounts[before, after, owner].values()))
        for (before, after, owner), count in counts.items()
    ]


def broken(nodes: Iterable[Node]) -> dict[int, list[str]]:
    """Territories with conditions that can no longer be asked, by the kinds of records of which they take none."""
    found: dict[int, list[str]] = defaultdict(list)
    for node in nodes:
        for key, rule in (node.rules or {}).items():
            if kinds.find(key) is None or asked(key, [rule]) is None:
                found[node.id].append(key)
    return dict(found)


def counts() -> dict[int, dict[str, int]]:
    """How many records of each kind lie in each territory itself: a query for each kind, over all that lie in one."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for kind in kinds.placeable():
        rows = kind.model._default_manager.live().filter(territory__isnull=False).order_by()
        for pk, count in rows.values_list("territory_id").annotate(Count("pk")):
            found[pk][kind.key] = count
    return dict(found)


# Who works there ----------------------------------------------------------------------------------------------------


def people_of(territories: Collection[int]) -> dict[int, list[User]]:
    """Who works in each of these territories itself: those named, then everybody of its team; only who works here."""
    named: dict[int, list[int]] = defaultdict(list)
    rows = (
        TerritoryMember.objects.filter(TerritoryMember.working_on(trees.today()))
        .filter(territory__in=territories)
        .order_by("pk")
    )
    for territory, user in rows.values_list("territory_id", "user_id"):
        named[territory].append(user)
    teams = dict(Territory.objects.filter(pk__in=territories, team__isnull=False).values_list("pk", "team__path"))
    wanted = Q(pk__in={user for found in named.values() for user in found})
    for path in set(teams.values()):
        wanted |= Q(team__path__startswith=path)
    people = list(User.objects.filter(wanted, is_active=True).select_related("team").order_by("pk"))
    by_id = {one.pk: one for one in people}
    return {
        pk: list(dict.fromkeys([
            *(by_id[user] for user in named.get(pk, ()) if user in by_id),
            *(one for one in people if pk in teams and one.team and one.team.path.startswith(teams[pk])),
        ]))
        for pk in territories
    }  # fmt: skip


def places_of(people: Sequence[Any]) -> dict[int, frozenset[int]]:
    """Where each of these people works today, and all that lies beneath: in what they lead, as members, and in the
    territories of their team and of those above it. They come with their team. Two queries, none where there are no
    territories."""
    tree, own = trees.now(), defaultdict[int, set[int]](set)
    if not tree.is_empty and people:
        ids = [one.pk for one in people]
        for user, territory in (
            TerritoryMember.objects.filter(TerritoryMember.working_on(trees.today()))
            .filter(user__in=ids)
            .values_list("user_id", "territory_id")
        ):
            own[user].add(territory)
        crews = defaultdict[int | None, set[int]](set)
        for one in people:
            for team in _teams_of(one):
                crews[team].add(one.pk)
        rows = Territory.objects.live().filter(Q(leader__in=ids) | Q(team__in=list(crews)))
        for territory, leader, team in rows.values_list("pk", "leader_id", "team_id"):
            for pk in {leader} | crews.get(team, set()):
                own[pk].add(territory)
    return {one.pk: frozenset(tree.beneath(own[one.pk] & tree.nodes.keys())) for one in people}


def _teams_of(person: Any) -> list[int]:
    """The team of a person and all above it."""
    return [int(one) for one in person.team.path.split("/") if one] if person.team_id else []


def nearest(records: Sequence[Any]) -> dict[int, list[list[User]]]:
    """For each record the people of its territory, then those of the one above it, and so on to the top."""
    tree = trees.now()
    above = {record.pk: [one.id for one in tree.upwards(record.territory_id)] for record in records}
    people = people_of({pk for chain in above.values() for pk in chain})
    return {pk: [people[one] for one in chain] for pk, chain in above.items()}
