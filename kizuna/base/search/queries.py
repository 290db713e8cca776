"""Find records: everywhere while somebody types, or in one list.

Use as `from kizuna.base.search import queries as search`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import BooleanField, F, Func, Q

from kizuna.base.access import policy
from kizuna.base.access.models import Scope
from kizuna.base.resources import registry
from kizuna.base.resources.fields import Cell
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.resources.table import Sort, Table
from kizuna.base.search import asks, lookups
from kizuna.base.search import marks as marking
from kizuna.base.search.asks import ANYWHERE, Ask, Found
from kizuna.base.search.contents import contents_of, phone_tokens
from kizuna.base.search.expressions import Expression, Lexeme, all_of, found_at_start, found_exactly, found_in, owned_by
from kizuna.base.search.further import further_of, words_of
from kizuna.base.search.highlighting import marked as highlighted
from kizuna.base.search.lexemes import TITLE, field_code, highest_id, lowest_id
from kizuna.base.search.models import Entry
from kizuna.base.search.questions import Clause, Question, understand
from kizuna.base.types.refs import RecordRef

MANY_OWNERS = 200
"""From so many colleagues on it is quicker to leave out what the actor may not see than to ask for each owner."""

FURTHER = 8
"""How many times as many are looked at where a room's rule hides some of them, before the rule goes into the query."""

COMMON = 0.01
"""The share of matching rows from which on a list is read in its own order, checking each row."""


@dataclass(frozen=True)
class Hit:
    """A record that matches. `title` is its title's cell, `subtitle` the visible subtitle fields in a line.

    `words` are the parts of title, reading and subtitle that match, as they stand there.
    """

    resource: Resource
    id: int
    title: Cell
    subtitle: str
    words: tuple[str, ...]

    @property
    def url(self) -> str:
        return self.resource.record_url(self.id)


def find(actor: Any, text: str, *, resources: Iterable[Resource] | None = None, limit: int = 20) -> list[Hit]:
    """The best matches among the records the actor may see, of some resources or all.

    First those whose title is the text, then whose title begins with it, contains it, then others; within each the
    kinds of records take turns, newest first. "#42" is the record with that number.
    """
    question = understand(text)
    if question is None or limit < 1:
        return []
    chosen = registry.all_resources() if resources is None else list(resources)
    views = [view for view in (View(actor, resource, question) for resource in chosen) if view.may_look]
    best = _best(views, limit)
    ranked = _rank(views, best, question, limit)
    hits = _hits(views, ranked)
    shown = set[int]()
    while hidden := {number for number, pk in ranked if (number, pk) not in hits and pk != question.record_id} - shown:
        shown |= hidden  # views of which a further rule of a room hides some of these rows
        best |= {number: views[number].best_shown(limit) for number in hidden}
        ranked = _rank(views, best, question, limit)
        hits |= _hits(views, [place for place in ranked if place not in hits])
    return [hits[place] for place in ranked if place in hits]


def matching(resource: Resource, actor: Any, text: str) -> Q:
    """Rows of the resource's model that match, for a list under any sort: `visible_to(actor).filter(matching(…))`."""
    if not text.strip():
        return Q()
    question = understand(text)
    if question is None:
        return policy.NOTHING
    view = View(actor, resource, question)
    if not view.may_look:
        return policy.NOTHING
    found = view.condition() if view.ask else policy.NOTHING
    return found if question.record_id is None else found | Q(pk=question.record_id)


def named(actor: Any, refs: Iterable[RecordRef]) -> list[Hit]:
    """Records by their references, in this order, without those that the actor may not see: a query for each kind."""
    wanted = list(dict.fromkeys(refs))
    found: dict[RecordRef, Hit] = {}
    for resource in registry.all_resources():
        ids = [ref.id for ref in wanted if ref.resource == resource.key]
        found |= {RecordRef(resource.key, hit.id): hit for hit in _shown(resource, actor, ids, ())} if ids else {}
    return [found[ref] for ref in wanted if ref in found]


def _shown(resource: Resource, actor: Any, ids: Sequence[int], words: Sequence[str]) -> list[Hit]:
    reader, readable = Reader.of(actor), resource.readable_fields(actor)
    title = readable.get(resource.title)
    lines = [readable[name] for name in resource.subtitle if name in readable]
    columns = [title, *lines] if title else lines
    rows = resource.listed_to(actor).filter(pk__in=ids)
    table = Table(resource, actor, columns=columns, sort=Sort(resource.title_field, False), rows=rows)
    page = table.every()
    called = dict(words_of(resource, [row.id for row in page], actor)) if words else {}
    found = []
    for row in page:
        cell = title.cell(row.values[0], reader) if title else {"kind": "text", "text": f"#{row.id}"}
        values = row.values[1:] if title else row.values
        said = [field.to_text(value, reader) for field, value in zip(lines, values, strict=True)]
        said += [name for name in called.get(row.id, ()) if highlighted(words, name)]
        subtitle = reader.listed(filter(None, said))
        marks = highlighted(words, str(cell.get("text", "")), str(cell.get("reading", "")), subtitle)
        found.append(Hit(resource=resource, id=row.id, title=cell, subtitle=subtitle, words=marks))
    return found


def _best(views: Sequence[View], limit: int) -> dict[int, list[Found]]:
    """The best entries of each view by its number."""
    asked = {number: view.ask for number, view in enumerate(views) if view.ask and not view.has_realms}
    best = dict(zip(asked, lookups.best(list(asked.values()), limit), strict=True))
    return {number: best[number] if number in best else view.best_visible(limit) for number, view in enumerate(views)}


def _rank(
    views: Sequence[View], best: Mapping[int, list[Found]], question: Question, limit: int
) -> list[tuple[int, int]]:
    """The best (number of the view, id of the record) of all views."""
    numbered = _numbered(views, question)
    order: list[tuple[int, int, int, int]] = []
    for number, view in enumerate(views):
        turns = Counter[int]()
        for entry, place in {entry: place for place, entry in [*best[number], *numbered.get(number, [])]}.items():
            order.append((place, turns[place], number, entry - view.lowest))
            turns[place] += 1
    return [(number, pk) for _place, _turn, number, pk in sorted(order)[:limit]]


def _numbered(views: Sequence[View], question: Question) -> dict[int, list[Found]]:
    """Entries whose record has the number that was asked for: like a whole title with #, else after the titles."""
    if question.record_id is None:
        return {}
    wanted = {view.lowest + question.record_id: number for number, view in enumerate(views)}
    place = asks.TITLE if question.clauses else asks.EXACT
    present = Entry.objects.filter(pk__in=wanted).values_list("pk", flat=True)
    return {wanted[entry]: [(place, entry)] for entry in present}


def _hits(views: Sequence[View], ranked: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Hit]:
    """The hits by (number of the view, id), one query per kind of record, without rows that the actor may not see."""
    wanted: dict[int, list[int]] = {}
    for number, pk in ranked:
        wanted.setdefault(number, []).append(pk)
    return {(number, hit.id): hit for number, ids in wanted.items() for hit in views[number].hits(ids)}


def owners_seen(actor: Any, resource: Resource) -> Sequence[int] | None:
    """Whose records the actor sees; None for everybody's. The visible predicate has the last word in any case."""
    if not contents_of(resource).has_owner:
        return None
    if not policy.is_by_itself(resource.model):
        return None if policy.permissions_of(actor).can(resource.key, "read") else ()
    permissions = policy.permissions_of(actor)
    scope = permissions.scope(resource.key, "read")
    if scope == Scope.ALL or policy.has_guests(resource.model) or policy.realms_of(actor, resource.model):
        return None
    return {Scope.OWN: (actor.pk,), Scope.TEAM: permissions.team_members}.get(scope, ())


def marked(
    actor: Any, resource: Resource, marks: Iterable[str], *, numbers: Mapping[str, str] | None = None, most: int
) -> list[int]:
    """Ids of records with these `marks` or telephone `numbers` (by field), a record once for each that it has.

    At most `most` for each, in no order, and some that the actor may not see: ask `visible_to` for them.
    """
    owners = owners_seen(actor, resource)
    if owners is not None and not owners:
        return []
    code = contents_of(resource).code
    lexemes = [marking.lexeme_of(resource, mark) for mark in marks]
    for name, number in (numbers or {}).items():
        lexemes += [f"{code}{field_code(name)}{digits}" for digits in phone_tokens(number)[:1]]
    few = owners if owners and len(owners) <= MANY_OWNERS else None
    return _entries_of_each(lexemes, owned_by(few, code) if few else None, most, lowest_id(resource.key))


def _entries_of_each(lexemes: Sequence[str], mine: Expression | None, most: int, lowest: int) -> list[int]:
    """Ids of up to `most` records for each lexeme, one statement for all of them."""
    parts, values = [], list[Any]()
    for place, lexeme in enumerate(map(Lexeme, lexemes)):
        rows, asked = asks.some_with(all_of([lexeme, mine]) if mine else lexeme, most)
        parts.append(f"SELECT id FROM ({rows}) AS some{place}")  # noqa: S608 - numbers of ours
        values += asked
    if not parts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        return [entry - lowest for (entry,) in cursor.fetchall()]


class View:
    """What one actor may look at to answer a question about one resource."""

    def __init__(self, actor: Any, resource: Resource, question: Question) -> None:
        self.actor, self.resource, self.question = actor, resource, question
        self.lowest = lowest_id(resource.key)
        self.has_realms = bool(policy.realms_of(actor, resource.model))

    @cached_property
    def owners(self) -> Sequence[int] | None:
        return owners_seen(self.actor, self.resource)

    @property
    def may_look(self) -> bool:
        return self.owners is None or len(self.owners) > 0

    @cached_property
    def ask(self) -> Ask | None:
        """The question in terms of the index; None when no place is left to look at."""
        contents, clauses = contents_of(self.resource), self.question.clauses
        readable = self.resource.readable_fields(self.actor)
        has_title = contents.title is not None and self.resource.title in readable
        codes = [code for name, code in contents.codes.items() if name in readable]
        codes += [one.code for one in further_of(self.resource) if one.may_read(self.actor)]
        everywhere = [TITLE, *codes] if has_title else codes
        if not clauses or not everywhere:
            return None
        return Ask(
            lowest=self.lowest,
            highest=highest_id(self.resource.key),
            places=self._places(clauses, everywhere, has_title=has_title),
            narrow=self._narrow(clauses, everywhere),
            owners=owned_by(self.owners, contents.code) if self.owners and len(self.owners) <= MANY_OWNERS else None,
        )

    def _places(
        self, clauses: Sequence[Clause], everywhere: Sequence[str], *, has_title: bool
    ) -> dict[int, Expression]:
        code = contents_of(self.resource).code
        places = {ANYWHERE: found_in(clauses, code, everywhere)}
        if has_title:
            places[asks.EXACT] = found_exactly(self.question, code)
            places[asks.START] = found_at_start(clauses, code)
            places[asks.TITLE] = found_in(clauses, code, [TITLE])
        return places

    def _narrow(self, clauses: Sequence[Clause], everywhere: Sequence[str]) -> Expression | None:
        """Without the words of one letter, as long as there are others."""
        telling = [clause for clause in clauses if not clause.is_broad]
        if not telling or len(telling) == len(clauses):
            return None
        return found_in(telling, contents_of(self.resource).code, everywhere)

    def hits(self, ids: Sequence[int]) -> list[Hit]:
        """The records with these ids that the actor sees, in no order, in one query."""
        return _shown(self.resource, self.actor, ids, self.question.words)

    def condition(self) -> Q:
        """Rows that match."""
        assert self.ask is not None
        (look,) = lookups.look([self.ask], lookups.FIRST_LOOK)
        if look.is_complete:
            return Q(pk__in=[entry - self.lowest for entry in look.found])
        is_common = look.matched >= COMMON * look.seen and not self.ask.owners
        return Q(Matches(self.ask, ANYWHERE, is_common=is_common))

    def best_shown(self, limit: int) -> list[Found]:
        """As `lookups.best`, without rows that a rule hides: found among some more than are wanted, if it hides few."""
        assert self.ask is not None
        (found,) = lookups.best([self.ask], FURTHER * limit)
        ids = [entry - self.lowest for _place, entry in found]
        seen = set(self.resource.listed_to(self.actor).filter(pk__in=ids).values_list("pk", flat=True))
        shown = [(place, entry) for place, entry in found if entry - self.lowest in seen]
        is_enough = len(shown) >= limit or len(found) < FURTHER * limit
        return shown[:limit] if is_enough else self.best_visible(limit)

    def best_visible(self, limit: int) -> list[Found]:
        """As `lookups.best`, with the visible predicate inside the query, however many rows it hides."""
        ask, found = self.ask, dict[int, int]()
        if ask is None:
            return []
        rows = self.resource.listed_to(self.actor).order_by("-pk")
        for place in sorted(ask.places):
            for pk in rows.filter(Matches(ask, place)).values_list("pk", flat=True)[:limit]:
                found.setdefault(pk, place)
            if len(found) >= limit:
                break
        return [(place, self.lowest + pk) for pk, place in found.items()][:limit]


class Matches(Func):
    """Whether the entry of a row matches at a place.

    Where matches are common and rows are read in an order, page by page, each row's entry is read. Otherwise the index
    lists all matches: to count them, to change them all, or because they are few.
    """

    def __init__(self, ask: Ask, place: int, *, is_common: bool = False) -> None:
        super().__init__(F("pk"), output_field=BooleanField())
        self.ask, self.place, self.is_common = ask, place, is_common

    def as_sql(self, compiler: Any, connection: Any, *_options: Any, **_extra: Any) -> Any:
        row, values = compiler.compile(self.source_expressions[0])
        ask, expression = self.ask, self.ask.places[self.place]
        if self.is_common and compiler.query.order_by:
            says, said = asks.says_that(expression, "lexemes")
            sql = f"COALESCE((SELECT {says} FROM search_entry WHERE id = {row} + %s), FALSE)"  # noqa: S608 - constants
            return sql, [*said, *values, ask.lowest]
        if ask.owners:
            expression = all_of([expression, ask.owners])
        rows, asked = asks.entries_with(expression)
        sql = f"{row} IN (SELECT id - %s FROM ({rows}) AS matches)"  # noqa: S608 - constants
        return sql, [*values, ask.lowest, *asked]
