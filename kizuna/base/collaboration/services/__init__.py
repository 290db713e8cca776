"""Comment, follow, hand over: `from kizuna.base.collaboration import services as collaboration`."""

from kizuna.base.collaboration.services.commenting import comment, delete, edit, restore
from kizuna.base.collaboration.services.following import follow, unfollow
from kizuna.base.collaboration.services.handing import hand_over, hand_over_many

__all__ = ["comment", "delete", "edit", "follow", "hand_over", "hand_over_many", "restore", "unfollow"]
