"""A drafted mail is sent by one press, or discarded. It leaves after commit, once, and then stands on the timeline."""

from __future__ import annotations

from typing import Any

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kizuna.base.access import policy
from kizuna.base.events import Change, Touched, publish
from kizuna.base.identity import SYSTEM
from kizuna.base.resources.actions import action
from kizuna.base.types import placeholders
from kizuna.base.types.errors import Refused
from kizuna.customers.consent import queries as consented
from kizuna.customers.consent import services as consent
from kizuna.customers.consent.queries import Answer
from kizuna.customers.contacts.models import Contact
from kizuna.customers.contacts.models.channels import OUT
from kizuna.customers.leads import services as leads
from kizuna.customers.sequences.events import DraftDiscarded, DraftSent
from kizuna.customers.sequences.models import MailDraft
from kizuna.customers.sequences.services.stepping import go_on_after
from kizuna.customers.timeline import services as timeline
from kizuna.customers.timeline.models import Interaction, kinds

Status = MailDraft.Status
CHANNEL = "email"


@action(label=_("Send"), done=_("The mail is on its way."), icon="send", when=lambda draft: draft.is_waiting)
def send_draft(*, actor: Any, draft: MailDraft) -> MailDraft:
    """Let this mail leave as it stands. Refused, with the reason, where something in braces is left, there is nobody to
    write to, or no mail may go to them."""
    if not draft.is_waiting:
        raise Refused(_("This mail was sent or discarded already."))
    if placeholders.is_open(draft.subject) or placeholders.is_open(draft.body):
        raise Refused(_("Something in braces is still to be filled in."), field="body")
    if draft.lead is not None and draft.lead.is_open:
        policy.check(actor, "answer_lead", draft.lead)
    answer = may_be_sent(draft, is_asked=True)
    if not answer.allowed:
        raise Refused(_("No e-mail may go to them: %(why)s") % {"why": " ".join(answer.words)})
    draft.sent_to, draft.sent_by_id = _person(draft).email, actor.pk
    return _kept(actor, draft, Status.SENDING, DraftSent(draft_id=draft.pk))


@action(label=_("Do not send"), done=_("It is not sent."), icon="trash", bulk=True, when=lambda draft: draft.is_waiting)
def discard_draft(*, actor: Any, draft: MailDraft) -> MailDraft:
    """Leave this mail out; the sequence goes on with its next step."""
    if not draft.is_waiting:
        raise Refused(_("This mail was sent or discarded already."))
    kept = _kept(actor, draft, Status.DISCARDED, DraftDiscarded(draft_id=draft.pk))
    go_on_after(drafts=[draft.pk], is_done=False)
    return kept


def _kept(actor: Any, draft: MailDraft, status: str, told: Any) -> MailDraft:
    change = Change(draft.status, str(status))
    draft.status, draft.updated_at, draft.updated_by_id = status, timezone.now(), actor.pk
    draft.version += 1
    draft.save(update_fields=["status", "sent_to", "sent_by", "updated_at", "updated_by", "version"])
    publish(told, subjects=[Touched("maildraft", draft.pk, {"status": change})], by=actor)
    return draft


def _person(draft: MailDraft) -> Contact:
    """Whom it goes to: the contact, or the lead as one whom we do not know yet."""
    if draft.contact is not None:
        return draft.contact
    if draft.lead is None:
        raise Refused(_("Nobody is named to whom this could go."))
    return Contact(email=draft.lead.email, country=draft.lead.country, language=draft.lead.language)


def may_be_sent(draft: MailDraft, *, is_asked: bool = False) -> Answer:
    """Whether it may go, and why not; `is_asked` has the answer written down, as every sender does. Who is only a lead
    gets no advertising: there is no page yet on which they could say no to it."""
    person, is_known = _person(draft), draft.contact is not None
    if is_known and is_asked:
        return consent.may_contact(person=person, channel=CHANNEL, purpose=draft.purpose)
    answer = consented.decide(person=person, channel=CHANNEL, purpose=draft.purpose)
    if not is_known and not draft.purpose.is_service:
        return Answer(allowed=False, reasons=answer.reasons or (consented.Why.NO_CONSENT,))
    return answer


def deliver_draft(*, draft_id: int) -> bool:
    """Send the mail, once: whoever claims it first sends it; what the mail server refused is tried again. Who has said
    no since Send was pressed gets nothing: then it waits again."""
    rows = MailDraft.objects.filter(pk=draft_id, status=Status.SENDING, handed_at=None)
    if not rows.update(handed_at=timezone.now()):
        return False
    draft = MailDraft.objects.select_related("contact", "lead", "purpose", "owner", "sent_by").get(pk=draft_id)
    answer = may_be_sent(draft, is_asked=True)
    if not answer.allowed:
        MailDraft.objects.filter(pk=draft_id).update(status=Status.WAITING, handed_at=None)
        return False
    try:
        _letter(draft, answer.label).send()
    except OSError:
        MailDraft.objects.filter(pk=draft_id).update(handed_at=None)
        raise
    _note(draft)
    return True


def _letter(draft: MailDraft, label: str) -> EmailMessage:
    body, headers, contact = draft.body, {}, draft.contact
    if not draft.purpose.is_service and contact is not None:
        headers = consent.list_headers(contact, draft.purpose, CHANNEL)
        with translation.override(consent.language_of(contact)):
            words = gettext("You do not want to hear about this any more?")
        url = consent.unsubscribe_url(contact, draft.purpose, CHANNEL)
        body = f"{body}\n\n-- \n{words}\n{url}"
    sender = draft.sent_by or draft.owner
    reply_to = [sender.email] if sender and sender.email else None
    subject = " ".join(f"{label} {draft.subject}".split())
    return EmailMessage(subject, f"{body}\n", to=[draft.sent_to], reply_to=reply_to, headers=headers)


@transaction.atomic
def _note(draft: MailDraft) -> None:
    """It left: said on the timeline, counted by the cap of its purpose, and the sequence goes on."""
    now = timezone.now()
    MailDraft.objects.filter(pk=draft.pk).update(status=Status.SENT, sent_at=now)
    if draft.contact is not None:
        consent.record_outreach(contact=draft.contact, channel=CHANNEL, purpose=draft.purpose, at=now)
    if draft.lead is not None and draft.lead.is_open:
        actor = draft.sent_by or SYSTEM
        words = f"{draft.subject}\n\n{draft.body}".strip()
        leads.answer_lead.carry_out(actor=actor, record=draft.lead, arguments={"channel": CHANNEL, "words": words})
    elif draft.contact is not None:
        timeline.log_interactions(actor=SYSTEM, interactions=[_interaction(draft)])
    go_on_after(drafts=[draft.pk], now=now)


def _interaction(draft: MailDraft) -> Interaction:
    return Interaction(
        kind=kinds.MAIL.code, direction=OUT, subject=draft.subject, body=draft.body, contact_id=draft.contact_id,
        happened_at=timezone.now(), owner_id=draft.owner_id, handled_by_id=draft.sent_by_id,
        source_resource="maildraft", source_id=draft.pk, external_id=f"maildraft:{draft.pk}",
    )  # fmt: skip
