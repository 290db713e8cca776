"""The copies that were made of a person's data, and the proof that a person was erased."""

from __future__ import annotations

from kizuna.base.jobs.models import Job, State
from kizuna.customers.consent.models import Disclosure, Erasure, Progress
from kizuna.customers.contacts.models import Contact

JOBS = "kizuna.customers.consent.jobs"


def disclosures_of(contact: Contact) -> list[Disclosure]:
    """Newest first."""
    return list(Disclosure.objects.filter(contact=contact).select_related("created_by").order_by("-pk")[:20])


def disclosure(disclosure_id: int) -> Disclosure | None:
    return Disclosure.objects.filter(pk=disclosure_id).first()


def erasure_of(contact_id: int) -> Erasure | None:
    """The last time that this person was to be erased."""
    return Erasure.objects.filter(contact_id=contact_id).select_related("created_by").order_by("-pk").first()


def is_given_up(asked: Disclosure | Erasure) -> bool:
    """Whether nothing will come of it any more: it failed, or the job that was to do it tries no longer."""
    if asked.state != Progress.WAITING:
        return asked.state == Progress.FAILED
    name, argument = ("erase", "erasure_id") if isinstance(asked, Erasure) else ("disclose", "disclosure_id")
    going_on = Job.objects.filter(name=f"{JOBS}.{name}", state__in=(State.WAITING, State.RUNNING))
    return not going_on.filter(**{f"arguments__{argument}": asked.pk}).exists()
