"""What people are told about records they have to do with."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.utils.translation import gettext_lazy as _

from kizuna.base.collaboration.models import Comment
from kizuna.base.notifications.kinds import Kind, register
from kizuna.base.notifications.models import Mail


def texts(ids: Collection[int]) -> Mapping[int, str]:
    """The comments with these ids that are still there."""
    return dict(Comment.objects.live().filter(pk__in=ids).values_list("pk", "text"))


MENTIONED = register(
    Kind(
        "mentioned",
        _("Somebody mentions me"),
        _("%(who)s mentioned you on %(title)s"),
        "at",
        mail=Mail.NOW,
        push=True,
        excerpts=texts,
        needs_part=True,
    )
)
ASSIGNED = register(
    Kind(
        "assigned",
        _("Something is given to me"),
        _("%(who)s gave you %(title)s"),
        "arrow-forward-up",
        mail=Mail.NOW,
        push=True,
        excerpts=texts,
    )
)
COMMENTED = register(
    Kind(
        "commented",
        _("Comments on what I follow"),
        _("%(who)s commented on %(title)s"),
        "message",
        excerpts=texts,
        needs_part=True,
    )
)
CHANGED = register(
    Kind("changed", _("Changes to what I follow"), _("%(who)s changed %(title)s"), "pencil", mail=Mail.NEVER)
)
