"""Tell people, and what they do with it: `from kizuna.base.notifications import services as notifications`."""

from kizuna.base.notifications.services.keeping import forget_old
from kizuna.base.notifications.services.mailing import deliver, gather, unsubscribe
from kizuna.base.notifications.services.pushing import add_browser, remove_browser, remove_browsers, send_push
from kizuna.base.notifications.services.reading import mark_all_read, mark_read, mark_unread, prefer
from kizuna.base.notifications.services.telling import News, tell

__all__ = [
    "News",
    "add_browser",
    "deliver",
    "forget_old",
    "gather",
    "mark_all_read",
    "mark_read",
    "mark_unread",
    "prefer",
    "remove_browser",
    "remove_browsers",
    "send_push",
    "tell",
    "unsubscribe",
]
