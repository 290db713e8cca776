"""The first proposal: a target for every column, from its header, from its neighbours and from what stands in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from kizuna.base.resources.fields import FullName, Points, Tags
from kizuna.base.resources.resource import Resource
from kizuna.base.transfer.mapping import words
from kizuna.base.transfer.mapping.headers import Headers, normal
from kizuna.base.transfer.mapping.products import apply, recognise
from kizuna.base.transfer.mapping.targets import Target

_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+")
_WHOLE = {normal(word) for word in words.WHOLE_NAMES}


def guess(resource: Resource, actor: Any, header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[Target | None]:
    """One target per column, None for columns that are left out. `rows` are a few of the first ones."""
    headers = Headers(resource, actor)
    known = recognise(resource, header)  # a column "Id" stands in the files of others, too
    is_ours = known is None and headers.is_ours(header)
    candidates = [headers.candidates(name, is_ours=is_ours) if name else [] for name in header]
    chosen: list[Target | None] = [None] * len(header)
    taken: set[Target] = set()
    # Headers with one meaning choose first: "Title" is a job title unless "Job Title" stands beside it.
    for place in sorted(range(len(header)), key=lambda place: len(candidates[place])):
        for target in candidates[place]:
            if _is_list(resource, target) or target not in taken:
                chosen[place] = target
                taken.add(target)
                break
    if known is not None:
        apply(known, resource, header, headers.targets, chosen)
    elif not is_ours:
        _tell_names_apart(resource, header, chosen)
        _find_emails(resource, headers, chosen, rows)
    return chosen


def _is_list(resource: Resource, target: Target) -> bool:
    return isinstance(resource.fields.get(target.field), Points | Tags)


def _tell_names_apart(resource: Resource, header: Sequence[str], chosen: list[Target | None]) -> None:
    """ "Name" beside "First name" is the family name; "이름" beside "성" is the given name."""
    whole = Target(resource.title)
    if not isinstance(resource.title_field, FullName) or whole not in chosen:
        return
    place = chosen.index(whole)
    family, given = Target("family_name") in chosen, Target("given_name") in chosen
    if family != given and normal(header[place]) in _WHOLE:
        chosen[place] = Target("given_name" if family else "family_name")


def _find_emails(
    resource: Resource, headers: Headers, chosen: list[Target | None], rows: Sequence[Sequence[str]]
) -> None:
    """A column of e-mail addresses is one, whatever it is called."""
    found = [one.name for one in resource.fields.values() if isinstance(one, Points) and one.point_kind == "email"]
    if not found or Target(found[0]) not in headers.targets:
        return
    for place, target in enumerate(chosen):
        values = [row[place] for row in rows if place < len(row) and row[place].strip()]
        hits = sum(bool(_EMAIL.fullmatch(value.strip())) for value in values)
        if target is None and hits * 5 > len(values) * 3:
            chosen[place] = Target(found[0])
