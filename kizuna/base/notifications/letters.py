"""How a letter reads: text and simple HTML, in the reader's language, with the way to have no more of them."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kizuna.base.notifications.models import Letter
from kizuna.base.notifications.queries import Line
from kizuna.base.resources.reader import Reader

SALT = "kizuna.notifications.unsubscribe"


def token(user_id: int, code: str) -> str:
    """Who wants no more letters of which kind ("" is any), signed; it does not run out, as letters are kept."""
    return signing.dumps([user_id, code], salt=SALT)


def read_token(text: str) -> tuple[int, str] | None:
    """What `token` made; None for anything else."""
    try:
        user_id, code = signing.loads(text, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return user_id, code


def compose(letter: Letter, lines: Sequence[Line], *, is_more: bool) -> EmailMultiAlternatives:
    """The letter to one address. What its lines say has been held against what the reader may see just before."""
    site = settings.PUBLIC_URL
    stop = f"{site}/unsubscribe/{token(letter.user_id, letter.kind)}"
    reader = Reader.of(letter.user)
    context = {
        "name": letter.user.name,
        "lines": [
            {"text": line.text, "excerpt": line.excerpt, "url": site + line.url,
             "when": reader.full_moment(line.notification.created_at)}
            for line in lines
        ],
        "is_more": is_more,
        "all_url": f"{site}/notifications",
        "preferences_url": f"{site}/me/notifications",
        "stop_url": stop,
        "language": letter.user.language,
    }  # fmt: skip
    if letter.kind:
        subject = lines[0].text
    else:
        subject = ngettext("%(count)d thing happened", "%(count)d things happened", len(lines)) % {"count": len(lines)}
    context["lead"] = _("This is new since your last letter:") if not letter.kind else ""
    message = EmailMultiAlternatives(
        subject=" ".join(subject.split())[:200],
        body=render_to_string("notifications/letter.txt", context).strip() + "\n",
        to=[letter.user.email],
        headers={
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
    message.attach_alternative(render_to_string("notifications/letter.html", context), "text/html")
    return message
