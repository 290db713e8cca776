"""The words by which we ask."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from kizuna.base.events import Touched, publish
from kizuna.base.resources.actions import action
from kizuna.base.types.errors import Refused, Stale
from kizuna.customers.consent.events import WordingPublished
from kizuna.customers.consent.models import Purpose, Wording
from kizuna.customers.contacts.models import choices


class Language(str):
    """The code of a language, as the argument of a verb."""

    @staticmethod
    def choices() -> list[tuple[str, Any]]:
        return list(choices.language_choices())


@action(
    label=_("Publish a wording"),
    done=_("Wording published."),
    icon="pencil",
    asks={"language": _("Language"), "title": _("Heading"), "text": _("What people read when they agree")},
)
def publish_wording(*, actor: Any, purpose: Purpose, language: Language, title: str, text: str) -> Wording:
    """Ask for consent in these words from now on. Earlier ones stay as they were: consents point to them."""
    if purpose.is_service:
        raise Refused(_("Service messages need no consent."))
    earlier = Wording.objects.filter(purpose=purpose, language=language)
    number = (earlier.aggregate(last=Max("number"))["last"] or 0) + 1
    made = Wording(
        purpose=purpose, language=language, number=number, title=title[:200], text=text[:5000],
        created_by_id=actor.pk, updated_by_id=actor.pk,
    )  # fmt: skip
    made.normalise()
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        raise Stale(purpose) from error
    told = WordingPublished(wording_id=made.pk, purpose_id=purpose.pk, language=language)
    publish(told, subjects=[Touched("purpose", purpose.pk), Touched("wording", made.pk)], by=actor)
    return made
