"""The page that says what the columns of a file mean, and the rules by which it comes in."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kizuna.base.resources.reader import Reader
from kizuna.base.resources.resource import Resource
from kizuna.base.transfer import mapping as mappings
from kizuna.base.transfer import queries, reading
from kizuna.base.transfer.mapping.keys import BETWEEN, MOST_PARTS, parts_of
from kizuna.base.transfer.models import Import
from kizuna.base.transfer.reading.lines import DAMAGE
from kizuna.base.transfer.values.policies import Policy
from kizuna.base.types.errors import Problem
from kizuna.base.types.numbers import whole
from kizuna.base.ui import controls
from kizuna.base.ui.middleware import wants_part

PREVIEW_ROWS = 6
MOST_KEYS, FURTHER, SAVED = 4, 2, 100
NUMBER_WORDS = {"": gettext_lazy("As in your language"), "point": "1,234.56", "comma": "1.234,56"}
DATE_WORDS = {"ymd": "2026-11-20", "dmy": "20.11.2026", "mdy": "11/20/2026"}


def url_of(resource: Resource, imported: Import) -> str:
    return f"{resource.list_url}/import/{imported.pk}"


def words_of(problem: Problem) -> list[str]:
    found = [str(word) for words in problem.errors.values() for word in words]
    return found or [str(problem.message)]


def _field_of(target: str) -> str:
    return target.partition(".")[0].partition(":")[0]


@dataclass(frozen=True)
class Settled:
    """Where the columns go and by which rules, as proposed or as submitted."""

    mapping: list[str | None]
    options: dict[str, Any]

    @classmethod
    def proposed(cls, imported: Import, actor: Any) -> Settled:
        return cls(imported.mapping, {"owner": actor.pk, **imported.options})

    @classmethod
    def of(cls, request: HttpRequest, imported: Import) -> Settled:
        """As the form says; after a dry run there is none, and what was tried out is carried out."""
        if "tried" in request.POST:
            return cls.proposed(imported, request.user)
        return cls._from_form(request.POST, len(imported.header))

    @classmethod
    def _from_form(cls, data: QueryDict, width: int) -> Settled:
        mapping = [data.get(f"column.{number}") or None for number in range(width)]
        options = {
            "region": data.get("region", ""),
            "dates": data.get("dates", ""),
            "match": cls._match(data),
            "numbers": data.get("numbers", ""),
            "policies": cls._policies(data, mapping),
            "defaults": cls._defaults(data, mapping),
            "brings_new": data.get("rows", "both") != "known",
            "updates_known": data.get("rows", "both") != "new",
            "is_quiet": "quiet" in data,
        }
        if chosen := data.get("owner"):
            options["owner"] = whole(chosen) or 0  # which is nobody we know
        elif chosen is not None:
            options["owner"] = None
        return cls(mapping, options)

    @staticmethod
    def _match(data: QueryDict) -> list[str]:
        """By rank: a field, or several of them together."""
        ranks = zip_longest(data.getlist("match"), data.getlist("match.2"), data.getlist("match.3"), fillvalue="")
        return [key for rank in ranks if (key := BETWEEN.join(filter(None, rank)))]

    @staticmethod
    def _policies(data: QueryDict, mapping: list[str | None]) -> dict[str, str]:
        """By field. Columns that go into one field follow one policy: the first that is not the usual one."""
        found: dict[str, str] = {}
        for number, target in enumerate(mapping):
            policy = data.get(f"policy.{number}", "")
            if target and policy:
                found.setdefault(_field_of(target), policy)
        return found

    @staticmethod
    def _defaults(data: QueryDict, mapping: list[str | None]) -> dict[str, str]:
        """By target: of columns, and of fields that have none."""
        given = [(target, data.get(f"default.{number}", "")) for number, target in enumerate(mapping) if target]
        given += zip(data.getlist("further.target"), data.getlist("further.value"), strict=False)
        return {target: value.strip() for target, value in given if target and value.strip()}


def columns_page(
    request: HttpRequest,
    resource: Resource,
    imported: Import,
    settled: Settled | None = None,
    *,
    problem: Problem | None = None,
) -> HttpResponse:
    """What each column means, beside its first values, and how the file is read; every guess can be corrected."""
    settled = settled or Settled.proposed(imported, request.user)
    with imported.file.open("rb") as file:
        how = {"encoding": imported.encoding, "delimiter": imported.delimiter, "sheet": imported.sheet}
        look = reading.look(file.file, **how)
    samples = [row.cells for row in look.rows][:PREVIEW_ROWS]
    used = sum(map(bool, settled.mapping))
    context = {
        "title": imported.name,
        "back": {"url": f"{resource.list_url}/import", "label": _("Import")},
        "url": url_of(resource, imported),
        "columns": [_column(imported, settled, samples, number) for number in range(len(imported.header))],
        "groups": [
            {"title": group.title, "targets": [(str(one), mappings.label_of(one, resource)) for one in group.targets]}
            for group in mappings.target_groups(resource, request.user)
        ],
        **_how(imported, look),
        **_rules(request.user, resource, settled),
        "imported": imported,
        "saved": _saved(request.user, resource),
        "product": product.product if (product := mappings.recognise(resource, imported.header)) else "",
        "options": settled.options,
        "about": ngettext("About %(count)s row.", "About %(count)s rows.", imported.about)
        % {"count": Reader.of(request.user).number(imported.about)},
        "used": _("Columns used: %(used)d of %(count)d.") % {"used": used, "count": len(imported.header)},
        "is_damaged": look.is_damaged,
        "errors": words_of(problem) if problem else [],
    }
    template = "ui/import_columns.html#body" if wants_part(request) else "ui/import_columns.html"
    return render(request, template, context, status=problem.status if problem else 200)


def _rules(actor: Any, resource: Resource, settled: Settled) -> dict[str, Any]:
    """What can be chosen for the whole file."""
    return {
        "rows": _rows(settled),
        "match": _match(actor, resource, settled),
        "dates": DATE_WORDS.items(),
        "numbers": NUMBER_WORDS.items(),
        "policies": Policy.choices,
        "further": _further(settled),
        "owner": _owner_control(actor, resource, settled.options.get("owner")),
    }


def _how(imported: Import, look: reading.Look) -> dict[str, Any]:
    """What can be corrected of how a file is read."""
    return {
        "kind": reading.KINDS[imported.kind],
        "is_cards": imported.kind == reading.VCARD,
        "encodings": [] if imported.kind == reading.XLSX else reading.ENCODINGS.items(),
        "delimiters": reading.DELIMITERS.items() if imported.kind == reading.CSV else [],
        "sheets": look.sheets,
    }


def _saved(actor: Any, resource: Resource) -> list[dict[str, Any]]:
    """The mappings that this person can choose from, and which of them are his own to change."""
    return [
        {
            "id": one.pk,
            "name": one.name,
            "who": "" if one.created_by_id == actor.pk else one.created_by.name,
            "is_shared": one.is_shared,
            "is_own": one.created_by_id == actor.pk or actor.is_admin,
        }
        for one in queries.mappings_of(actor, resource)[:SAVED]
    ]


def _column(imported: Import, settled: Settled, samples: list[list[str]], number: int) -> dict[str, Any]:
    name = imported.header[number]
    target = settled.mapping[number] or ""
    given = [cells[number].replace(DAMAGE, "\ufffd") for cells in samples if number < len(cells) and cells[number]]
    return {
        "number": number,
        "name": name or _("Column %(number)d") % {"number": number + 1},
        "target": target,
        "policy": settled.options.get("policies", {}).get(_field_of(target), ""),
        "default": settled.options.get("defaults", {}).get(target, "") if target else "",
        "values": given[:3],
    }


def _match(actor: Any, resource: Resource, settled: Settled) -> dict[str, Any]:
    """The fields by which records are known, alone or with others; and whether this file has any such key, as far as
    is settled."""
    filled = {_field_of(target) for target in settled.mapping if target}
    chosen = [parts_of(key) for key in settled.options.get("match", [])]
    alone, together = mappings.matchable(resource, actor), mappings.combinable(resource, actor)
    labels = {name: mappings.label_of(mappings.Target.parse(name), resource) for name in together}
    ranks = max(min(len(together), MOST_KEYS), len(chosen))
    return {
        "alone": [(name, labels[name]) for name in alone],
        "beside": [(name, label) for name, label in labels.items() if name not in alone],
        "ranks": [_rank(place, chosen[place] if place < len(chosen) else []) for place in range(ranks)],
        "is_possible": any(len(key) > 1 or key[0] in filled for key in chosen) or mappings.ID in filled,
    }


def _rank(place: int, parts: list[str]) -> dict[str, Any]:
    first, *further = [*parts, *[""] * (MOST_PARTS - len(parts))]
    return {
        "number": place + 1,
        "first": first,
        "further": [(f"match.{number}", part) for number, part in enumerate(further, 2)],
        "is_several": len(parts) > 1,
    }


def _further(settled: Settled) -> list[tuple[str, str]]:
    """Fields that no column goes into, with the value that every row gets; and room for more."""
    found = [pair for pair in settled.options.get("defaults", {}).items() if pair[0] not in settled.mapping]
    return [*found, *[("", "")] * max(1, FURTHER - len(found))]


def _rows(settled: Settled) -> list[dict[str, Any]]:
    """Which rows are used."""
    brings_new, updates_known = settled.options.get("brings_new", True), settled.options.get("updates_known", True)
    chosen = "both" if brings_new and updates_known else "new" if brings_new else "known"
    ways = {
        "both": _("Rows that are new, and rows about records we have"),
        "new": _("Only rows that are new; records we have stay as they are"),
        "known": _("Only rows about records we have; nothing new is made"),
    }
    return [{"value": value, "label": label, "is_on": value == chosen} for value, label in ways.items()]


def _owner_control(actor: Any, resource: Resource, owner_id: int | None) -> dict[str, Any] | None:
    field = resource.writable_fields(actor).get("owner")
    if field is None:
        return None
    found = controls.control(field, owner_id, actor)
    return found | {
        "label": _("New records belong to"),
        "help": _("Empty: they are nobody’s until somebody takes them."),
        "half": True,
    }
