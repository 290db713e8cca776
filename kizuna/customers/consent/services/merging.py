"""What a merge means for consent: the strictest holds, and a no said while it stood stays one when it is undone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from kizuna.base.access import policy
from kizuna.base.identity import SYSTEM
from kizuna.base.merging.models import Merge
from kizuna.base.merging.parts import Part, Told
from kizuna.base.records.models import Record
from kizuna.base.resources.resource import Resource
from kizuna.base.types.errors import fill
from kizuna.customers.consent.models import Consent, Source, Standing, State, strictest
from kizuna.customers.consent.services.consents import keep, stand


def foresee(actor: Any, resource: Resource, records: Sequence[Record]) -> list[Told]:
    """What holds for each of them on each channel for each purpose, and what will, where they differ."""
    if resource.key != "contact" or not policy.permissions_of(actor).can("consent", "read"):
        return []
    ids = [record.pk for record in records]
    rows = Standing.objects.filter(contact_id__in=ids).select_related("purpose").order_by("purpose_id", "channel")
    held: dict[tuple[str, str], dict[int, str]] = {}
    for one in rows:
        held.setdefault((str(one.purpose), one.label), {})[one.contact_id] = one.state
    return [
        Told(
            label=fill(_("Consent: %(purpose)s, %(channel)s"), {"purpose": purpose, "channel": channel}),
            values={pk: State(states[pk]).label if pk in states else "" for pk in ids},
            result=State(strictest(states.values())).label,
            reason=_("The strictest holds"),
        )
        for (purpose, channel), states in held.items()
        if len(states) < len(ids) or len(set(states.values())) > 1
    ]


def merged(merge: Merge, records: Sequence[Record]) -> None:
    """Nothing of its own: consents move, and of two standings the stricter stays (`Standing.when_merged`)."""


def unmerged(merge: Merge, kept: None) -> None:
    """What was said while the merge stood holds for whoever has it now. A no was said by one of them, and nobody can
    tell by whom: it holds for all of them."""
    if merge.resource != "contact":
        return
    ids = (merge.survivor_id, *merge.others)
    _without_what_others_said(ids)
    said = Consent.objects.live().filter(contact_id__in=ids, created_at__gt=merge.merged_at)
    last: dict[tuple[int, str], Consent] = {}
    for consent in said.select_related("purpose").order_by("happened_at", "pk"):
        stand(_held(consent.contact_id, consent), consent)
        last[consent.purpose_id, consent.channel] = consent
    for consent in last.values():
        if consent.state == State.WITHDRAWN:
            _say_no(consent, [pk for pk in ids if pk != consent.contact_id])


def _without_what_others_said(ids: Iterable[int]) -> None:
    """A standing that went home with what another one said: what holds there is what they said themselves."""
    for one in Standing.objects.filter(contact_id__in=ids).select_related("consent"):
        if one.consent.contact_id == one.contact_id:
            continue
        own = Consent.objects.live().filter(contact_id=one.contact_id, purpose_id=one.purpose_id, channel=one.channel)
        one.delete()
        for consent in own.order_by("happened_at", "pk"):
            stand(_held(one.contact_id, consent), consent)


def _held(contact_id: int, consent: Consent) -> Standing | None:
    rows = Standing.objects.filter(contact_id=contact_id, purpose_id=consent.purpose_id, channel=consent.channel)
    return rows.first()


def _say_no(consent: Consent, ids: Iterable[int]) -> None:
    for pk in ids:
        held = _held(pk, consent)
        if held is None or held.state != State.WITHDRAWN:
            keep(
                by=SYSTEM, contact_id=pk, purpose=consent.purpose, channel=consent.channel, state=State.WITHDRAWN,
                source=Source.MERGE, happened_at=consent.happened_at, language=consent.language,
            )  # fmt: skip


PART = Part("consent", foresee=foresee, merged=merged, unmerged=unmerged)
