"""A no that comes in a file: columns such as "Email Opt Out" of other products, each for one channel.

Only a no is taken from a file. Who is not said to have refused has not agreed by that.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from kizuna.base.access import policy
from kizuna.base.transfer import remarks
from kizuna.base.transfer.remarks import Remark
from kizuna.customers.consent import queries
from kizuna.customers.consent.models import Source, Standing, State
from kizuna.customers.consent.services.consents import withdraw

DECLINED: tuple[tuple[str, Any, Sequence[str]], ...] = (
    ("email", _("No advertising by e-mail"), (
        "HasOptedOutOfEmail", "Email Opt Out", "E-mail Opt Out", "Unsubscribed from all email", "Unsubscribed",
        "Opted out of email", "Opt out", "Do not email", "メール配信停止", "配信停止", "メール拒否", "メール不可",
        "DM不可", "수신거부", "이메일 수신거부", "메일 수신거부",
    )),
    ("phone", _("No advertising by telephone"), ("DoNotCall", "Do Not Call", "電話不可", "電話拒否", "전화 거부")),
    ("sms", _("No advertising by text message"), (
        "SMS Opt Out", "Do not text", "SMS拒否", "SMS不可", "SMS 수신거부", "문자 수신거부",
    )),
    ("post", _("No advertising by post"), ("Do not mail", "Mail Opt Out", "郵送不可", "郵送DM不可", "우편 수신거부")),
    ("fax", _("No advertising by fax"), ("HasOptedOutOfFax", "Fax Opt Out", "FAX不可", "팩스 수신거부")),
)  # fmt: skip
"""The channel, and what other products call a column that says no to it."""


def register() -> None:
    """To be called in `apps.ready()`."""
    for channel, label, headers in DECLINED:
        remarks.register(
            Remark(
                resource="contact",
                name=f"no_{channel}",
                label=label,
                headers=headers,
                may=lambda actor: policy.permissions_of(actor).can("contact", "update"),
                known=partial(_declined, channel),
                keep=partial(_decline, channel),
            )
        )


def _declined(channel: str, ids: Collection[int]) -> set[int]:
    """Those of these contacts who have said no to everything on this channel."""
    purposes = [purpose.pk for purpose in queries.offered()]
    rows = Standing.objects.filter(
        contact_id__in=ids, channel=channel, state=State.WITHDRAWN, purpose_id__in=purposes
    ).order_by()
    counted = rows.values_list("contact_id").annotate(times=Count("pk"))
    return {pk for pk, times in counted if times >= len(purposes)}


def _decline(channel: str, actor: Any, ids: Sequence[int]) -> None:
    for pk in ids:
        withdraw(by=actor, contact_id=pk, purpose=None, channel=channel, source=Source.IMPORT)
