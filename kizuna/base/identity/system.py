"""Kizuna itself as an actor: for commands, timetables and handlers that act for nobody in particular."""

from typing import Any
from zoneinfo import ZoneInfo


class System:
    """Stands where a user stands, without a row in the database. May do everything."""

    id = None
    pk = None
    email = ""
    name = "Kizuna"
    language = "en"
    time_zone = "UTC"
    theme = "auto"
    name_order = "auto"
    team = None
    team_id = None
    is_active = True
    is_admin = True
    is_authenticated = True
    is_anonymous = False
    zone = ZoneInfo("UTC")
    initials = "K"

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    @property
    def preferences(self) -> dict[str, Any]:
        return {}


SYSTEM = System()
