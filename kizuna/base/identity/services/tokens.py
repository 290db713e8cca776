"""Tokens: given out once, revoked for good."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kizuna.base.events import publish
from kizuna.base.identity import policies
from kizuna.base.identity.events import TokenIssued, TokenRevoked
from kizuna.base.identity.models import Token, User
from kizuna.base.types import text
from kizuna.base.types.errors import Invalid, Refused, fill


@transaction.atomic
def issue_token(*, actor: Any, user: User, name: str, expires_at: datetime | None = None) -> tuple[Token, str]:
    """Make a token that acts as `user`. Returns it with its secret, which can never be read again.

    Raises Denied unless the actor is the user or an admin, Refused for a deactivated user, Invalid without a name or
    with an end in the past.
    """
    policies.require_self_or_admin(actor, user.pk)
    if not user.is_active:
        raise Refused(fill(_("%(name)s is deactivated, so a token would not work."), {"name": user}))
    name = text.clean(name)
    policies.require_valid(Token(name=name), "name")
    if expires_at is not None and expires_at <= timezone.now():
        raise Invalid({"expires_at": _("Choose a moment in the future.")})
    token, secret = Token.issue(user, name, expires_at)
    publish(TokenIssued(token_id=token.pk, user_id=user.pk), by=actor)
    return token, secret


@transaction.atomic
def revoke_token(*, actor: Any, token: Token) -> None:
    """Stop the token for good. Raises Denied unless it is the actor's own or the actor is an admin."""
    policies.require_self_or_admin(actor, token.user_id)
    now = timezone.now()
    if Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now):
        token.revoked_at = now
        publish(TokenRevoked(token_id=token.pk, user_id=token.user_id), by=actor)
