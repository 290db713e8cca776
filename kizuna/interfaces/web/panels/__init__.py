"""The panels that Home has from this room. Further rooms register theirs with `ui.home` in the same way."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from kizuna.base.access import policy
from kizuna.base.ui import home
from kizuna.base.ui.home import Family, Panel
from kizuna.interfaces.web.panels import at_hand, news, progress, views, work


def _may(key: str) -> Callable[[Any], bool]:
    return lambda actor: policy.permissions_of(actor).can(key, "read")


PANELS = (
    Panel(
        "figures", _("In figures"), _("Late, due today, done, and how many contacts are in my care."),
        "web/panels/figures.html", work.strip, budget=1, kinds=("task", "contact"), span=12,
        is_framed=False, may=_may("task"),
    ),
    Panel(
        "tasks", _("My tasks"), _("What is overdue, for today, and in the next days."),
        "web/panels/tasks.html", work.tasks, budget=2, kinds=("task",), is_tall=True, may=_may("task"),
    ),
    Panel(
        "meetings", _("Meetings today"), _("Whom I meet today, in order."),
        "web/panels/meetings.html", work.meetings, budget=1, kinds=("meeting",), may=_may("meeting"),
    ),
    Panel(
        "news", _("New for me"), _("Comments, mentions, what was given to me, and changes to what I follow."),
        "web/panels/news.html", news.news, budget=12, kinds=("bell",), is_lazy=True,
    ),
    Panel(
        "progress", _("How am I doing"), _("Tasks done this week and last, open tasks by age, new contacts."),
        "web/panels/progress.html", progress.progress, budget=3, kinds=("task", "contact"), is_lazy=True,
        is_tall=True, may=_may("task"),
    ),
    Panel(
        "changed", _("Changed by others"), _("Contacts in my care that somebody else changed last."),
        "web/panels/changed.html", work.changed, budget=1, kinds=("contact",), may=_may("contact"),
    ),
    Panel(
        "recent", _("Recently viewed"), _("The records that I opened last in this browser."),
        "web/panels/recent.html", at_hand.nothing_yet, budget=8, span=6, is_lazy=True, wants_recent=True,
    ),
    Panel(
        "team", _("My team"), _("What my team and the teams beneath it did last."),
        "web/panels/team.html", news.team, budget=16, kinds=("contact", "company", "task", "meeting"), span=12,
        is_lazy=True, may=lambda actor: bool(actor.team_id or actor.is_admin), is_usual=work.leads,
    ),
    Panel(
        "favourites", _("Favourites"), _("The records that I marked with a star."),
        "web/panels/favourites.html", at_hand.favourites, budget=8, is_lazy=True, is_usual=lambda actor: False,
    ),
)  # fmt: skip
"""In the order in which they stand on a Home that nobody arranged."""


def register() -> None:
    home.register(*PANELS)
    home.register_family(Family("view", views.find, views.offer))
