"""What notifications tell the world."""

from dataclasses import dataclass

from kizuna.base.events import Event


@dataclass(frozen=True, kw_only=True)
class NotificationsChanged(Event):
    """These people were told something, or have read it: their bells have more or less to say than before."""

    user_ids: tuple[int, ...]
