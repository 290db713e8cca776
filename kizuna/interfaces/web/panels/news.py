"""What happened: for this person, and in their team."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from kizuna.base.notifications import queries
from kizuna.base.resources.reader import Reader
from kizuna.base.ui import feed
from kizuna.interfaces.web import teams

ROWS = 6


def news(actor: Any) -> dict[str, Any]:
    """The newest notifications, as the bell has them."""
    reader = Reader.of(actor)
    lines, _more = queries.newest(actor, size=ROWS)
    rows = [
        {
            "url": f"/notifications/{line.notification.pk}",
            "before": line.before,
            "who": line.who,
            "after": line.after,
            "excerpt": line.excerpt,
            "icon": line.icon,
            "when": reader.moment(line.notification.created_at),
            "iso": line.notification.created_at.isoformat(),
            "is_new": line.notification.read_at is None,
        }
        for line in lines
    ]
    return {
        "rows": rows,
        "url": "/notifications",
        "link": _("All notifications"),
        "nothing": _(
            "When somebody mentions you, gives you something, or comments on what you follow, it stands here."
        ),
    }


def team(actor: Any) -> dict[str, Any] | None:
    """What the team did last."""
    found = teams.find(actor, "")
    if found is None:
        return None
    drawn = feed.page(actor, teams.people(found), size=ROWS)
    return {
        "feed": {"days": drawn["days"], "nothing": _("Your team has done nothing yet that you may see.")},
        "url": "/team",
        "link": _("All of it"),
    }
