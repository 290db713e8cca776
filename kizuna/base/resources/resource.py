"""Resource: one declaration per kind of record. Everything not said is derived from the model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from kizuna.base.access import parts, policy
from kizuna.base.access.permissions import Permissions
from kizuna.base.resources import derive, editions, registry
from kizuna.base.resources.actions import Action
from kizuna.base.resources.fields import Field, Relation
from kizuna.base.resources.lines import Lines
from kizuna.base.types import labels


@dataclass(frozen=True)
class Section:
    """A titled group of fields on the form and the record page."""

    title: Any
    fields: tuple[str, ...]

    def __init__(self, title: Any, *fields: str) -> None:
        object.__setattr__(self, "title", title)
        object.__setattr__(self, "fields", fields)


@dataclass(frozen=True)
class TimelineEntry:
    """Makes a resource part of the timeline of the records it points to: what to show, and how loudly.

    `weight` is "said" (title and excerpt) or "did" (one line). `at` names the moment field, `body` the text field and
    `by` the colleague of whom it is told; `badge` makes {"text", "tone", "icon"} or None of a row. `phrase` is a
    sentence with `%(who)s`, or makes one of a row; so does `icon`. `detail` makes a few words of a row, the reader and
    the key of the kind of record on whose page it stands; `needs` are the relations that it reads.

    People write entries in the composer; `is_written` False is of records that are made elsewhere. The timeline can be
    narrowed by `facets`, fields with choices. `reach` says for kinds of records which rows
    stand on their pages, where those that point to them are not what is meant: a function of the record's id.
    """

    body: str
    phrase: Any = ""
    at: str = "created_at"
    weight: str = "said"
    badge: Callable[[Any], dict[str, Any] | None] | None = None
    by: str = "created_by"
    icon: Callable[[Any], str] | None = None
    detail: Callable[[Any, Any, str], str] | None = None
    needs: tuple[str, ...] = ()
    facets: tuple[str, ...] = ()
    is_written: bool = True
    reach: Mapping[str, Callable[[int], Q]] = field(default_factory=dict)


@dataclass(frozen=True)
class Starter:
    """A way to begin a new record that is said in a few words, "Log a call": with these values filled in."""

    label: Any
    icon: str
    values: Mapping[str, str]


@dataclass(frozen=True)
class AsLanes:
    """Rows of a resource as the columns of a board of what points to them, in the order of the field `sort`.

    `within` is a relation whose records have a board each. `ends` are those values of the field `kind` behind which
    nothing goes on, with an icon and a tone: such columns are collapsed until somebody opens them.
    """

    sort: str
    within: str = ""
    kind: str = ""
    ends: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class KnownExport:
    """The export file of another product, known by its headers: of each group of `signs` one has to be there. `columns`
    say where those go that an import would not guess ("" leaves one out): of two for one place the first named.
    """

    product: str
    signs: Sequence[Sequence[str]]
    columns: Mapping[str, str]


@dataclass(frozen=True)
class RelatedList:
    """The rows of `resource` whose `field` points to a record: a panel on that record's page."""

    resource: Resource
    field: Relation

    @property
    def name(self) -> str:
        return f"{self.resource.plural}.{self.field.name}"

    @property
    def label(self) -> Any:
        """What these records are to the one they point to: a company's companies are its subsidiaries."""
        return self.resource.panel_labels.get(self.field.name, self.resource.plural_label)


class Resource:
    """Subclass, set `model`, and register; the attributes say what differs from what the model already tells."""

    model: ClassVar[type[Any]]
    icon: ClassVar[str] = "file"
    group: ClassVar[str] = ""
    rank: ClassVar[int] = 50
    """Where its list stands in the navigation of its group: the lowest first, equals as they were registered."""
    plural: str = ""
    title: ClassVar[str] = "name"
    reading: ClassVar[str] = ""
    is_person: ClassVar[bool] = False
    composites: ClassVar[Sequence[Field]] = ()
    exclude: ClassVar[Sequence[str]] = ()
    read_only: ClassVar[Sequence[str]] = ()
    columns: ClassVar[Sequence[str]] = ()
    facts: ClassVar[Sequence[str]] = ()
    subtitle: ClassVar[Sequence[str]] = ()
    sections: ClassVar[Sequence[Section]] = ()
    sort: ClassVar[str] = ""
    board_by: ClassVar[str] = ""
    calendar_by: ClassVar[str] = ""
    """The fields by which a board and a calendar divide the records where nobody says which; any other that fits does
    as well."""
    percents: ClassVar[Sequence[str]] = ()
    """Fields that are so many of a hundred: read and written with the sign."""
    due: ClassVar[str] = ""
    """The day or moment by which something is to be done; where it is past, the record is late. Empty when done."""
    rots: ClassVar[str] = ""
    """The day from which a record has stood still for too long; boards mark it. Empty when it has not."""
    weighed_by: ClassVar[str] = ""
    """The field that says, in per cent, how much of an amount is to be expected; boards add up both."""
    moves: ClassVar[Mapping[str, Action]] = {}
    """The verbs by which a card goes to another column, by the relation that divides the board. The verb has an
    argument of that name, and asks for what it needs beside it."""
    as_lanes: ClassVar[AsLanes | None] = None
    """That rows of this kind can be the columns of a board."""
    purpose: ClassVar[Any] = ""
    search: ClassVar[Sequence[str]] = ()
    match_keys: ClassVar[Sequence[str]] = ()
    compared: ClassVar[Mapping[str, str]] = {}
    """Further fields that tell one record from another, and as what: "born", "place" or "group" (`duplicates`)."""
    import_names: ClassVar[Mapping[str, Sequence[str]]] = {}
    """What other programs call the columns: {"job_title": ("position", "役職")}. Keys are fields, or what transfer
    calls targets: "company.domain", "phones:mobile"; "gender=female" gives words for a choice. Labels are known
    without."""
    known_exports: ClassVar[Sequence[KnownExport]] = ()
    """Export files of other products that an import recognises; of several that fit the first one."""
    card_fields: ClassVar[Mapping[str, str]] = {}
    """Properties of a vCard and the fields that say them ("UNIT" is the second part of "ORG"); none, and no cards."""
    actions: ClassVar[Sequence[Action]] = ()
    timeline: ClassVar[TimelineEntry | None] = None
    lines: ClassVar[Lines | None] = None
    """Which of the lists that belong to a record are its lines: shown as a table on its page and edited there."""
    quick: ClassVar[Sequence[str]] = ()
    prompt: ClassVar[Any] = ""
    starters: ClassVar[Sequence[Starter]] = ()
    """What is offered beside "New …" where things are made: in the palette and in the menu of new records."""
    operations: ClassVar[Sequence[str]] = policy.OPERATIONS
    mergeable: ClassVar[bool] = False
    """Whether two of them can turn out to be one and be merged; how what hangs on them moves, `types.ties` says."""
    furthest: ClassVar[Mapping[str, Sequence[str]]] = {}
    """Fields of which a merge keeps the value that is furthest in this order, whoever has it."""
    panel_labels: ClassVar[Mapping[str, Any]] = {}
    """What the records are called on the page of the one that a relation points to, where that is not their plural."""

    def __init__(self) -> None:
        self.key = policy.resource_key(self.model)
        self.plural = self.plural or f"{self.key}s"

    def __repr__(self) -> str:
        return f"<Resource {self.key}>"

    # ── words ──

    @cached_property
    def label(self) -> Any:
        return labels.label(self.model._meta.verbose_name)

    @cached_property
    def plural_label(self) -> Any:
        return labels.label(self.model._meta.verbose_name_plural)

    @property
    def room(self) -> str:
        return self.model._meta.app_label

    # ── fields ──

    @cached_property
    def declared(self) -> dict[str, Field]:
        """The fields that the declaration and the model tell; nothing that an administrator added."""
        return derive.fields_of(self)

    @property
    def fields(self) -> dict[str, Field]:
        """All fields: the declared ones, and those of the current edition."""
        edition = editions.current()
        return edition.keep(("fields", self.key), lambda: self.declared | self._further(edition))

    def _further(self, edition: editions.Edition) -> dict[str, Field]:
        """Fields of an edition, but for a name that a later version of Kizuna took for a field of its own."""
        return {name: field for name, field in edition.fields_of(self.key).items() if name not in self.declared}

    @property
    def title_field(self) -> Field:
        return self.declared[self.title]

    @property
    def has_trash(self) -> bool:
        return hasattr(self.model, "is_deleted")

    @property
    def is_deletable(self) -> bool:
        """Whether records of this kind go to the trash at all: orders and payments stay, whatever a role says."""
        return "delete" in self.operations

    @cached_property
    def default_sort(self) -> str:
        return self.sort or self.title

    def readable_fields(self, actor: Any) -> dict[str, Field]:
        """The fields that the actor may see, in order."""
        permissions = policy.permissions_of(actor)
        if permissions.hides_nothing:
            return dict(self.fields)
        return {name: field for name, field in self.fields.items() if self._tells(permissions, name, *field.reads)}

    def is_named_to(self, actor: Any) -> bool:
        """Whether the actor may see what records of this kind are called: to others each is a number."""
        permissions = policy.permissions_of(actor)
        if permissions.hides_nothing:
            return True
        return self._tells(permissions, self.title, *self.title_field.reads)

    def _tells(self, permissions: Permissions, *names: str) -> bool:
        """Whether none of these fields is hidden, of this kind of record or ("order.ordered_at") of another."""
        asked = [name.rpartition(".") for name in names]
        return all(permissions.readable(key or self.key, name) for key, _dot, name in asked)

    def writable_fields(self, actor: Any) -> dict[str, Field]:
        """The fields that the actor may fill in or change, in order; none where only services of a room write."""
        if not {"create", "update"} & set(self.operations):
            return {}
        permissions = policy.permissions_of(actor)
        return {
            name: field
            for name, field in self.fields.items()
            if field.editable and permissions.writable(self.key, name)
        }

    @property
    def form_sections(self) -> tuple[Section, ...]:
        """The declared sections, or one with every editable field from the title on; then those of the edition."""
        found = {str(section.title): section for section in self._declared_sections}
        for section in editions.current().sections_of(self.key):
            known = found.get(str(section.title))
            found[str(section.title)] = Section(known.title, *known.fields, *section.fields) if known else section
        return tuple(found.values())

    @cached_property
    def _declared_sections(self) -> tuple[Section, ...]:
        names = sorted(
            (name for name, field in self.declared.items() if field.editable), key=lambda name: name != self.title
        )
        return tuple(self.sections) or (Section("", *names),)

    def complete(self, record: Any) -> None:
        """Fill in what follows from what was given, before a record is checked and stored: a line's price from its
        product. What somebody gave stays. Raises Invalid."""

    # ── rows ──

    def visible_to(self, actor: Any) -> models.QuerySet:
        """The rows an actor may see, without the trash: where every read starts."""
        return self.model.objects.filter(self.visible_predicate(actor))

    def visible_predicate(self, actor: Any) -> Q:
        live = Q(deleted_at__isnull=True) if self.has_trash else Q()
        return live & policy.predicate(actor, self.model)

    def listed_to(self, actor: Any) -> models.QuerySet:
        """The rows an actor finds in lists, searches and files: what belongs to something in the trash comes back with
        it, and is seen there until then."""
        return self.visible_to(actor).filter(self.beside_the_trash)

    @property
    def beside_the_trash(self) -> Q:
        """Parts of what does not lie in the trash; everything where wholes never do, which nobody needs to ask."""
        part = parts.find(self.key)
        return part.of_live_wholes if part and registry.of(part.whole).is_deletable else Q()

    # ── neighbours ──

    @property
    def related_lists(self) -> tuple[RelatedList, ...]:
        """Every resource with a relation to this one: the panels of its record page."""
        return editions.current().keep(("related_lists", self.key), self._find_related_lists)

    def _find_related_lists(self) -> tuple[RelatedList, ...]:
        return tuple(
            RelatedList(resource, field)
            for resource in registry.all_resources()
            for field in resource.fields.values()
            if isinstance(field, Relation) and field.target_key == self.key and field.editable
        )

    def action(self, name: str) -> Action | None:
        return next((action for action in self.actions if action.name == name), None)

    # ── addresses ──

    @property
    def list_url(self) -> str:
        return f"/{self.plural}"

    def record_url(self, record_id: int) -> str:
        return f"/{self.plural}/{record_id}"
