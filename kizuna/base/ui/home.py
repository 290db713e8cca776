"""Home: panels that rooms put there, and in which order each person has them.

A room registers its panels when it is ready (`apps.py`), from its `views`: `home.register(Panel(…))`. A panel that is
made of something that people keep (a saved view) comes from a `Family`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from kizuna.base.access.permissions import somebody_with
from kizuna.base.identity.models import Role
from kizuna.base.identity.services import users as identity
from kizuna.base.layouts import queries
from kizuna.base.layouts import services as layouts
from kizuna.base.layouts.models import Layout
from kizuna.base.types.errors import Invalid, Missing, fill
from kizuna.base.types.numbers import whole

HABIT = "home"
MOST = layouts.MOST_PANELS
WIDTHS = {4: _("A third"), 6: _("Half"), 8: _("Two thirds"), 12: _("Whole width")}
URL = "/today/panels"

Content = dict[str, Any]


@dataclass(frozen=True)
class Panel:
    """`content` makes what `template` draws, in at most `budget` queries whatever there is to show; None leaves the
    panel out. It may hold `count`, `url` and `link` for the head. `kinds` are the kinds of records of which
    a change has it read again on an open page ("bell": news for the person).

    A lazy panel is asked for when it is seen. One that `wants_recent` gets the references that the browser remembers.
    """

    key: str
    title: Any
    purpose: Any
    template: str
    content: Callable[[Any], Content | None]
    budget: int
    kinds: tuple[str, ...] = ()
    span: int = 6
    is_tall: bool = False
    """Whether it is as high as two others beside it, where there is room for them."""
    is_lazy: bool = False
    is_framed: bool = True
    wants_recent: bool = False
    may: Callable[[Any], bool] = lambda actor: True
    is_usual: Callable[[Any], bool] = lambda actor: True
    """Whether it stands on the Home of somebody who arranged nothing: what fits their rights and their work."""
    rank: int = 0
    """Panels stand in the order in which rooms register them; those of a higher rank after all of a lower one."""
    is_private: bool = False
    """Whether only this person can have it: then it is nothing for the Home of a role."""

    @property
    def url(self) -> str:
        return f"{URL}/{self.key}"

    @property
    def id(self) -> str:
        return f"panel-{self.key}"


@dataclass(frozen=True)
class Family:
    """Panels whose keys begin with `prefix`: `find` makes one of the rest of a key, `offer` all that may be added."""

    prefix: str
    find: Callable[[Any, str], Panel | None]
    offer: Callable[[Any], Sequence[Panel]]


_panels: dict[str, Panel] = {}
_families: dict[str, Family] = {}


def register(*panels: Panel) -> None:
    """Put panels on offer; their order is the one of a Home that nobody arranged."""
    for panel in panels:
        if panel.key in _panels or panel.span not in WIDTHS:
            raise ValueError(f"Home has a panel {panel.key} already, or it has no such width.")
        _panels[panel.key] = panel
    _panels.update(sorted(((key, _panels.pop(key)) for key in list(_panels)), key=lambda one: one[1].rank))


def register_family(family: Family) -> None:
    _families[family.prefix] = family


def find(actor: Any, key: str) -> Panel:
    """The panel with this key. Raises Missing when it is gone, or the actor may not have it."""
    panel = _known(actor, key)
    if panel is None:
        raise Missing()
    return panel


def _known(actor: Any, key: str) -> Panel | None:
    panel = _panels.get(key)
    if panel is None:
        prefix, _dash, rest = key.partition("-")
        family = _families.get(prefix)
        panel = family.find(actor, rest) if family and rest else None
    return panel if panel and panel.may(actor) else None


def usual(actor: Any) -> list[Panel]:
    """The Home of somebody who arranged nothing: what their rights are for, in the order of the registry."""
    return [panel for panel in _panels.values() if panel.may(actor) and panel.is_usual(actor)]


def is_arranged(actor: Any) -> bool:
    return isinstance((getattr(actor, "preferences", None) or {}).get(HABIT), list)


def panels_of(actor: Any) -> list[Panel]:
    """The panels of somebody's Home in their order and widths: as they arranged it, else as administrators did for
    their role, else the usual ones. What is gone, or not theirs, is left out."""
    kept = actor.preferences[HABIT] if is_arranged(actor) else queries.home_of(actor)
    return usual(actor) if kept is None else placed(actor, kept)


def panels_of_role(actor: Any, role: Role | None) -> list[Panel]:
    """What people with this role begin with (None: everybody else), as far as the administrator may see it."""
    kept = queries.home_of_role(role.pk if role else None)
    if kept is not None:
        return placed(actor, kept)
    return usual(somebody_with(role, like=actor) if role else actor)


def lacks(actor: Any, role: Role) -> set[str]:
    """The panels that the rights of a role alone do not show, to tell the administrator."""
    person = somebody_with(role, like=actor)
    person.team_id = actor.team_id
    return {panel.key for panel in _panels.values() if not panel.may(person)}


def placed(actor: Any, entries: Sequence[Any]) -> list[Panel]:
    """The panels of an arrangement, as far as somebody may have them."""
    found = []
    for entry in entries[:MOST]:
        key, span = _entry(entry)
        panel = _known(actor, key)
        if panel is not None:
            found.append(replace(panel, span=span) if span in WIDTHS else panel)
    return found


def offered(actor: Any, beside: Iterable[Panel] | None = None) -> list[Panel]:
    """What somebody may add to their Home, or to one with these panels."""
    here = {panel.key for panel in (panels_of(actor) if beside is None else beside)}
    made = [panel for family in _families.values() for panel in family.offer(actor)]
    return [panel for panel in (*_panels.values(), *made) if panel.key not in here and panel.may(actor)]


def arrange(*, actor: Any, entries: Iterable[tuple[str, int]] | None) -> None:
    """Keep which panels a person has, in which order and how wide; None is the usual Home again. A habit and no event.

    Raises Invalid for too many. What is not there is kept out.
    """
    if entries is None:
        identity.set_preference(actor=actor, name=HABIT, value=None)
        return
    widths = {key: span for key, span in entries if _known(actor, key) is not None}
    if len(widths) > MOST:
        raise Invalid({"order": [fill(_("At most %(limit)d panels."), {"limit": MOST})]})
    identity.set_preference(actor=actor, name=HABIT, value=[[key, span] for key, span in widths.items()])


def arrange_for(*, actor: Any, role: Role | None, entries: Iterable[tuple[str, int]], version: int | None) -> Layout:
    """Keep with which panels the people of a role begin. What is not there, or the administrator's alone, is kept out.

    Raises Denied, Invalid, or Stale.
    """
    panels = [(key, span) for key, span in entries if (one := _known(actor, key)) and not one.is_private]
    return layouts.arrange_home(actor=actor, role=role, panels=panels, version=version)


def spelled(actor: Any) -> str:
    """The arrangement as a word that `read` understands: for undoing a change of it. "" is the usual Home."""
    return ",".join(f"{panel.key}:{panel.span}" for panel in panels_of(actor)) or "-" if is_arranged(actor) else ""


def read(word: str) -> list[tuple[str, int]] | None:
    if not word:
        return None
    pairs = [part.partition(":") for part in word.split(",") if ":" in part][:MOST]
    return [(key, whole(span) or 0) for key, _colon, span in pairs]


def _entry(entry: Any) -> tuple[str, int]:
    """One entry as it was kept; a habit is data of people and may be anything."""
    match entry:
        case [str(key), int(span)]:
            return key, span
    return "", 0
