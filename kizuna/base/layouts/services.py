"""What administrators do to layouts. Everyone sees a change with their next request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kizuna.base.events import Change, Touched, publish
from kizuna.base.identity.models import Role
from kizuna.base.identity.policies import require_admin
from kizuna.base.layouts import queries
from kizuna.base.layouts.arrangement import can_be_required, is_indispensable
from kizuna.base.layouts.events import LayoutChanged
from kizuna.base.layouts.models import Content, Layout
from kizuna.base.resources import editions
from kizuna.base.resources.resource import Resource
from kizuna.base.types import text
from kizuna.base.types.errors import Errors, Invalid, Missing, Stale, fill

LANGUAGES = ("", "en", "ja", "ko")
LONGEST_TITLE, MOST_SECTIONS, MOST_PANELS = 60, 40, 24


@transaction.atomic
def arrange_layout(
    *, actor: Any, resource: Resource, role: Role | None, content: Mapping[str, Any], version: int | None = None
) -> Layout:
    """Put the fields of a kind of record in these sections, for a role or for everybody.

    `content` has `sections` (`titles`, `columns`, `fields`), `hidden` and `required`. A field that is gone is left out.
    Raises Denied, Invalid with what is wrong, or Stale when somebody arranged it since `version`.
    """
    require_admin(actor)
    return _keep(actor, _locked(resource.key, role, version), understand(resource, content))


@transaction.atomic
def arrange_home(
    *, actor: Any, role: Role | None, panels: Iterable[tuple[str, int]], version: int | None = None
) -> Layout:
    """Put these panels (key and width) on the Home with which a role begins, or everybody; what somebody arranged for
    themselves stays. Raises Denied, Invalid for none or too many, or Stale."""
    require_admin(actor)
    widths = dict(panels)
    if not widths:
        raise Invalid({"order": [_("Keep at least one panel.")]})
    if len(widths) > MOST_PANELS:
        raise Invalid({"order": [fill(_("At most %(limit)d panels."), {"limit": MOST_PANELS})]})
    content = {"sections": [{"panels": [list(one) for one in widths.items()]}], "hidden": [], "required": []}
    return _keep(actor, _locked(queries.HOME, role, version), content)


@transaction.atomic
def reset_layout(*, actor: Any, key: str, role: Role | None) -> Layout:
    """Back to what is declared; for a role, to the layout for everybody. Raises Denied."""
    require_admin(actor)
    return _keep(actor, _locked(key, role, None), None)


@transaction.atomic
def put_back(*, actor: Any, layout: Layout, event_id: int, is_before: bool = False) -> Layout:
    """What the layout was after one of its changes; or before it, which takes the last change back.

    Raises Denied, Missing, or Stale when that change is not the last one any more.
    """
    require_admin(actor)
    stored = Layout.objects.select_for_update().filter(pk=layout.pk).first()
    found = queries.change(stored, event_id) if stored else None
    if stored is None or found is None:
        raise Missing()
    if is_before and queries.past(stored)[0].event_id != event_id:
        raise Stale(stored)
    return _keep(actor, stored, found.before if is_before else found.after)


def _locked(key: str, role: Role | None, version: int | None) -> Layout:
    rows = Layout.objects.select_for_update()
    stored, _is_new = rows.get_or_create(resource=key, role=role)
    if version is not None and stored.version != version:
        raise Stale(stored)
    return stored


def _keep(actor: Any, layout: Layout, content: Content | None) -> Layout:
    before = layout.content
    if content == before:
        return layout
    layout.take(content)
    layout.save(force_update=True)
    editions.renew()
    event = LayoutChanged(layout_id=layout.pk, resource=layout.resource, role_id=layout.role_id)
    publish(event, subjects=[Touched(queries.KEY, layout.pk, {queries.KEY: Change(before, content)})], by=actor)
    return layout


def understand(resource: Resource, given: Mapping[str, Any]) -> Content:
    """The content of a layout from input. Raises Invalid under "sections.<place>", "hidden" or "required"."""
    errors: Errors = {}
    sections = []
    raw = list(given.get("sections") or ())
    if not any(section.get("fields") for section in raw):
        errors["sections"] = [_("Keep at least one section with a field.")]
    if len(raw) > MOST_SECTIONS:
        errors["sections"] = [fill(_("At most %(limit)d sections."), {"limit": MOST_SECTIONS})]
    seen: set[str] = set()
    for place, section in enumerate(raw[:MOST_SECTIONS]):
        try:
            sections.append(_section(resource, section, seen))
        except Invalid as problem:
            errors |= problem.under(f"sections.{place}").errors
    hidden = [name for name in dict.fromkeys(given.get("hidden") or ()) if name in resource.fields and name not in seen]
    errors |= _about_names(resource, hidden, "hidden", is_indispensable, _("No record can be without: %(fields)s."))
    required = sorted({name for name in given.get("required") or () if name in seen})
    errors |= _about_names(
        resource, required, "required", lambda *one: not can_be_required(*one), _("Nobody can fill in: %(fields)s.")
    )
    if errors:
        raise Invalid(errors)
    return {"sections": sections, "hidden": hidden, "required": required}


def _about_names(resource: Resource, names: list[str], under: str, is_wrong: Any, words: Any) -> Errors:
    wrong = [str(resource.fields[name].label) for name in names if is_wrong(resource, name)]
    return {under: [fill(words, {"fields": ", ".join(wrong)})]} if wrong else {}


def _section(resource: Resource, given: Mapping[str, Any], seen: set[str]) -> dict[str, Any]:
    titles = {language: text.clean(str(words)) for language, words in (given.get("titles") or {}).items()}
    titles = {language: words for language, words in titles.items() if words and language in LANGUAGES}
    if any(len(words) > LONGEST_TITLE for words in titles.values()):
        raise Invalid({"": [fill(_("At most %(limit)d characters."), {"limit": LONGEST_TITLE})]})
    fields = [name for name in dict.fromkeys(given.get("fields") or ()) if name in resource.fields and name not in seen]
    seen.update(fields)
    return {"titles": titles, "columns": 1 if given.get("columns") == 1 else 2, "fields": fields}


@transaction.atomic
def forget_kind(resource: str) -> None:
    """Delete the layouts of a kind of record that is gone for good."""
    Layout.objects.filter(resource=resource).delete()
