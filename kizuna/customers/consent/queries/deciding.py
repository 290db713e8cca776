"""May this person be contacted now? One truth, told in two ways: of one contact with reasons, of many as one query."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.identity.models.users import available_zones
from kizuna.base.resources import editions
from kizuna.base.types import countries
from kizuna.base.types.errors import Invalid, fill
from kizuna.base.types.ready import GivenIds, Ready
from kizuna.customers.consent.models import (
    Mark,
    Outreach,
    Pepper,
    PolicyPack,
    Purpose,
    Reason,
    Standing,
    State,
    Suppression,
    channels,
)
from kizuna.customers.consent.models.packs import EVERYWHERE
from kizuna.customers.consent.models.suppression import ADVERTISING_ONLY
from kizuna.customers.contacts.models import Contact
from kizuna.customers.contacts.models.channels import MARKETING, Channel, named


class Why(models.TextChoices):
    """Why not, in the order in which it is asked; the last two pass with time."""

    GONE = "gone", _("The record is in the trash or was erased.")
    NO_ADDRESS = "no_address", _("There is no address for this channel.")
    SUPPRESSED = "suppressed", _("The address is on the suppression list.")
    WITHDRAWN = "withdrawn", _("Consent was withdrawn.")
    UNCONFIRMED = "unconfirmed", _("Consent was asked for and not confirmed yet.")
    EXPIRED = "expired", _("Consent has run out.")
    NO_CONSENT = "no_consent", _("There is no consent.")
    CAP = "cap", _("Enough messages of this kind were sent lately.")
    QUIET = "quiet", _("It is a quiet hour where this person is.")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Whether somebody may be contacted, why not, from when on if only time stands in the way, and what the subject of
    advertising has to begin with."""

    allowed: bool
    reasons: tuple[Why, ...] = ()
    next_at: dt.datetime | None = None
    label: str = ""

    @property
    def words(self) -> list[str]:
        return [str(reason.label) for reason in self.reasons]


OF_STATE = {State.WITHDRAWN: Why.WITHDRAWN, State.REQUESTED: Why.UNCONFIRMED, State.EXPIRED: Why.EXPIRED}


def channel_named(code: str) -> Channel:
    """Raises Invalid under "channel"."""
    found = named(code)
    if found is None or found not in channels.every():
        raise Invalid({"channel": [fill(_("There is no channel “%(name)s”."), {"name": code[:40]})]})
    return found


def packs() -> list[PolicyPack]:
    """The pack for everywhere last. Read once for each edition: a change of them begins a new one (`handlers`)."""
    return editions.current().keep("policy packs", _read_packs)


def _read_packs() -> list[PolicyPack]:
    found = list(PolicyPack.objects.live().order_by("pk"))
    return sorted(found, key=lambda pack: pack.code == EVERYWHERE)


def pack_for(country: str, every: Sequence[PolicyPack]) -> PolicyPack:
    for pack in every:
        if pack.code == EVERYWHERE or (country and country in pack.countries):
            return pack
    return PolicyPack()


def zones_of(contact: Contact) -> list[ZoneInfo]:
    """The person's own zone; unknown, all of their country, from west to east; else that of the installation."""
    own = [contact.time_zone] if contact.time_zone in available_zones() else []
    return list(map(ZoneInfo, own or countries.clocks().get(contact.country) or [settings.TIME_ZONE]))


def zone_of(contact: Contact) -> ZoneInfo:
    """The one by whose clock they live, as far as it is known; else that of the installation."""
    zones = zones_of(contact)
    return zones[0] if len(zones) == 1 else ZoneInfo(settings.TIME_ZONE)


# ── one ──


def decide(*, person: Contact, channel: str, purpose: Purpose, now: dt.datetime | None = None) -> Answer:
    """Every reason against it, in order. A fixed number of queries."""
    way = channel_named(channel)
    return Asked.about(person, [purpose], now or timezone.now()).answer(way, purpose)


def decide_every(
    *, person: Contact, purposes: Sequence[Purpose], now: dt.datetime | None = None
) -> dict[tuple[int, str], Answer]:
    """The answer for each of these purposes on each channel, by (purpose, channel): as many queries as one takes, and
    one more for each purpose with a cap."""
    asked = Asked.about(person, purposes, now or timezone.now())
    return {(one.pk, way.code): asked.answer(way, one) for one in purposes for way in channels.every()}


@dataclass(frozen=True)
class Asked:
    """What every answer about one person rests on, read once."""

    person: Contact
    at: dt.datetime
    pack: PolicyPack
    held: Mapping[tuple[int, str], Standing]
    listed: Sequence[Suppression]
    digests: Mapping[str, str]
    """Of the addresses, by kind of point."""
    sent: Mapping[int, Sequence[dt.datetime]]
    """By purpose with a cap the newest moments, at most so many as it allows."""

    @classmethod
    def about(cls, person: Contact, purposes: Sequence[Purpose], at: dt.datetime) -> Asked:
        standings = Standing.objects.filter(contact_id=person.pk, purpose_id__in=[one.pk for one in purposes])
        pepper = Pepper.objects.first()  # without one nothing was ever suppressed here
        points = {point: getattr(person, point) for point in ("email", "phone")}
        digests = {point: pepper.digest(point, text) for point, text in points.items() if pepper and text}
        listed = Suppression.objects.filter(digest__in=digests.values(), lifted_at__isnull=True) if digests else ()
        return cls(
            person=person,
            at=at,
            pack=pack_for(person.country, packs()),
            held={(one.purpose_id, one.channel): one for one in standings},
            listed=list(listed),
            digests=digests,
            sent={one.pk: _sent(person, one, at) for one in purposes if one.most and one.within_days},
        )

    def answer(self, way: Channel, purpose: Purpose) -> Answer:
        lasting, passing = list(self._lasting(way, purpose)), dict(self._passing(way, purpose))
        reasons = (*lasting, *passing)
        next_at = max(passing.values()) if passing and not lasting else None
        label = "" if purpose.is_service else self.pack.label
        return Answer(allowed=not reasons, reasons=reasons, next_at=next_at, label=label)

    def _lasting(self, way: Channel, purpose: Purpose) -> Iterable[Why]:
        if self.person.is_deleted:
            yield Why.GONE
        if channels.column(way) and not getattr(self.person, channels.column(way)):
            yield Why.NO_ADDRESS
        standing = self.held.get((purpose.pk, way.code))
        if self._is_suppressed(way, purpose, has_said_no=standing is not None and standing.state == State.WITHDRAWN):
            yield Why.SUPPRESSED
        if not purpose.is_service:
            why = _of_standing(standing, way, self.pack, self.at)
            if why:
                yield why

    def _is_suppressed(self, way: Channel, purpose: Purpose, *, has_said_no: bool) -> bool:
        """Whether the list says so; what it says of this purpose alone is no news of who has said no themselves."""
        about = {None} if has_said_no else {None, purpose.pk}
        return channels.is_suppressible(way) and any(
            one.channel == way.code
            and one.digest == self.digests.get(way.point)
            and one.purpose_id in about
            and not (purpose.is_service and one.reason in ADVERTISING_ONLY)
            for one in self.listed
        )

    def _passing(self, way: Channel, purpose: Purpose) -> Iterable[tuple[Why, dt.datetime]]:
        moments = self.sent.get(purpose.pk, ())
        if moments and len(moments) == purpose.most:
            yield Why.CAP, moments[-1] + dt.timedelta(days=purpose.within_days or 0)
        zones = zones_of(self.person)
        if not purpose.is_service and way.code in self.pack.quiet_channels and self.pack.is_quiet(zones, self.at):
            yield Why.QUIET, self.pack.loud_again(zones, self.at)


def _sent(person: Contact, purpose: Purpose, at: dt.datetime) -> list[dt.datetime]:
    span = dt.timedelta(days=purpose.within_days or 0)
    rows = Outreach.objects.filter(contact_id=person.pk, purpose_id=purpose.pk, at__gt=at - span, at__lte=at)
    return list(rows.order_by("-at").values_list("at", flat=True)[: purpose.most or 0])


def _in_force(purpose: Purpose) -> Any:
    """Suppressions that count for a purpose: who unsubscribed still hears about their own order."""
    about = Q(purpose__isnull=True) | _about(purpose)
    rows = Suppression.objects.filter(about, lifted_at__isnull=True)
    return rows.exclude(reason__in=ADVERTISING_ONLY) if purpose.is_service else rows


def _about(purpose: Purpose) -> Q:
    return Q(purpose_id=purpose.pk) if purpose.pk else Q(purpose__code=purpose.code)


def needs_consent(country: str, code: str) -> bool:
    """Whether the law there asks for a yes before advertising on a channel."""
    return code not in pack_for(country, packs()).opt_out_channels


def still_holds(contact: Contact, standing: Standing) -> bool:
    """Whether it is a yes, and not too old to count."""
    way, pack = channel_named(standing.channel), pack_for(contact.country, packs())
    return standing.state == State.GRANTED and _of_standing(standing, way, pack, timezone.now()) is None


def _of_standing(standing: Standing | None, way: Channel, pack: PolicyPack, at: dt.datetime) -> Why | None:
    needs_consent = way.code not in pack.opt_out_channels
    if standing is None:
        return Why.NO_CONSENT if needs_consent else None
    if standing.state != State.GRANTED:
        return OF_STATE[State(standing.state)]
    is_over = standing.is_out_of_date(_day_of(at))
    is_old = bool(needs_consent and pack.reconfirm_days and standing.since < _oldest(pack, at))
    return Why.EXPIRED if is_over or is_old else None


def _day_of(at: dt.datetime) -> dt.date:
    """By the clock of the installation: consent that is valid until a day ends with that day there."""
    return timezone.localdate(at, timezone.get_default_timezone())


def _oldest(pack: PolicyPack, at: dt.datetime) -> dt.datetime:
    return at - dt.timedelta(days=pack.reconfirm_days or 0)


class Reached(NamedTuple):
    """What of a contact says on which channels they can be reached."""

    pk: int
    deleted_at: dt.datetime | None
    country: str
    email: str
    phone: str
    city: str


def ways_to_advertise(people: Sequence[Reached], codes: Sequence[str]) -> list[list[str]]:
    """For each of these people the channels on which they may be contacted for marketing, but for what passes with
    time. Two short questions for all of them, the second only of those who said yes or need not: a new contact with
    nothing but an e-mail address has not."""
    if not people:
        return []
    at, every = timezone.now(), packs()
    held = {(one.contact_id, one.channel): one for one in _STANDINGS.ask(ids=[person.pk for person in people])}
    ways = [channel_named(code) for code in codes]
    willing = [
        [
            way.code
            for way in ways
            if _is_reached(person, way) and _of_standing(held.get((person.pk, way.code)), way, pack, at) is None
        ]
        for person, pack in ((person, pack_for(person.country, every)) for person in people)
    ]
    ids = [person.pk for person, among in zip(people, willing, strict=True) if among]
    suppressed = set(_SUPPRESSED.ask(ids=ids)) if ids else set()
    return [
        [code for code in among if (person.pk, code) not in suppressed]
        for person, among in zip(people, willing, strict=True)
    ]


_MARKETING = Purpose(code=MARKETING)  # known by its code: no question more
_STANDINGS = Ready(lambda: Standing.objects.filter(_about(_MARKETING), contact_id__in=GivenIds("ids")))
_SUPPRESSED = Ready(
    lambda: Mark.objects.filter(contact_id__in=GivenIds("ids"), suppression__in=_in_force(_MARKETING)).values_list(
        "contact_id", "suppression__channel"
    )
)


def _is_reached(person: Reached, way: Channel) -> bool:
    address = channels.column(way)
    return person.deleted_at is None and (not address or bool(getattr(person, address)))


def agreed(contact: Contact, purposes: Sequence[Purpose]) -> set[tuple[int, str]]:
    """(purpose, channel) of what somebody hears from us: where they said yes and it still counts, and where nobody has
    to say so and they have not said no. Three questions."""
    at, pack = timezone.now(), pack_for(contact.country, packs())
    held = {(one.purpose_id, one.channel): one for one in Standing.objects.filter(contact_id=contact.pk)}
    left = Mark.objects.filter(
        contact_id=contact.pk, suppression__reason=Reason.UNSUBSCRIBED, suppression__lifted_at__isnull=True
    )
    gone = set(left.values_list("suppression__purpose_id", "suppression__channel"))
    return {
        (purpose.pk, way.code)
        for purpose in purposes
        for way in channels.every()
        if not gone & {(purpose.pk, way.code), (None, way.code)}
        and _of_standing(held.get((purpose.pk, way.code)), way, pack, at) is None
    }


# ── many ──


def allowed(rows: Any, *, channel: str, purpose: Purpose, now: dt.datetime | None = None) -> Any:
    """Those of `rows` (contacts) who may be contacted now: the same truth as `decide`, as one query."""
    at, way = now or timezone.now(), channel_named(channel)
    found = rows.filter(_reachable(way, purpose))
    if purpose.most and purpose.within_days:
        found = found.filter(~Exists(_too_many(purpose, at)))
    return found if purpose.is_service else found.filter(_by_pack(way, purpose, packs(), at))


def may_be_advertised_to(codes: Iterable[str]) -> Q:
    """Contacts who may be contacted for marketing on one of these channels at least."""
    purpose, every, at = _MARKETING, packs(), timezone.now()
    found = Q(pk__in=())
    for way in filter(None, map(named, codes)):
        found |= _agreed(way, purpose, every, at)
    return found


def _agreed(way: Channel, purpose: Purpose, every: Sequence[PolicyPack], at: dt.datetime) -> Q:
    """Contacts who may be contacted, but for what passes with time: hours, and how many messages there were."""
    return _reachable(way, purpose) & _by_pack(way, purpose, every, at, hours=False)


def _reachable(way: Channel, purpose: Purpose) -> Q:
    found = Q(deleted_at__isnull=True)
    if channels.column(way):
        found &= Q(**{f"{channels.column(way)}__gt": ""})
    if channels.is_suppressible(way):
        marks = Mark.objects.filter(contact_id=OuterRef("pk"), suppression__channel=way.code)
        found &= Q(~Exists(marks.filter(suppression__in=_in_force(purpose))))
    return found


def _too_many(purpose: Purpose, at: dt.datetime) -> Any:
    span = dt.timedelta(days=purpose.within_days or 0)
    sent = Outreach.objects.filter(contact_id=OuterRef("pk"), purpose_id=purpose.pk, at__gt=at - span, at__lte=at)
    counted = sent.order_by().values("contact_id").annotate(times=Count("pk"))
    return counted.filter(times__gte=purpose.most or 1).values("contact_id")


def _by_pack(way: Channel, purpose: Purpose, every: Sequence[PolicyPack], at: dt.datetime, *, hours: bool = True) -> Q:
    """Consent and hours, each as the pack of the contact's country has them."""
    found, seen = Q(pk__in=()), set[str]()
    for pack in every:
        own = set(pack.countries) - seen
        seen |= own
        here = ~Q(country__in=seen - own) if pack.code == EVERYWHERE else Q(country__in=own)
        rule = here & _consented(way, purpose, pack, at)
        if hours and way.code in pack.quiet_channels:
            rule &= _loud(pack, at)
        found |= rule
    if not any(pack.code == EVERYWHERE for pack in every):
        found |= ~Q(country__in=seen) & _consented(way, purpose, PolicyPack(), at)
    return found


def _consented(way: Channel, purpose: Purpose, pack: PolicyPack, at: dt.datetime) -> Q:
    held = Standing.objects.filter(_about(purpose), contact_id=OuterRef("pk"), channel=way.code)
    good = held.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=_day_of(at)), state=State.GRANTED)
    if way.code in pack.opt_out_channels:
        return Q(Exists(good)) | Q(~Exists(held))
    return Q(Exists(good.filter(since__gte=_oldest(pack, at)) if pack.reconfirm_days else good))


def _loud(pack: PolicyPack, at: dt.datetime) -> Q:
    """Contacts for whom it is nowhere a quiet hour (`zones_of`)."""
    quiet = {name for name in available_zones() if pack.is_quiet([ZoneInfo(name)], at)}
    by_country: dict[bool, list[str]] = {True: [], False: []}
    for code, names in countries.clocks().items():
        by_country[not quiet.isdisjoint(names)].append(code)
    is_house_quiet = pack.is_quiet([ZoneInfo(settings.TIME_ZONE)], at)
    unknown = Q(country__in=by_country[False]) if is_house_quiet else ~Q(country__in=by_country[True])
    return Q(time_zone__in=available_zones() - quiet) | ~Q(time_zone__in=quiet) & unknown
