"""What stands for a record at a glance: the letters of its name, or the icon of its kind where it goes by a number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kizuna.base.types import text

if TYPE_CHECKING:
    from kizuna.base.resources.resource import Resource

Avatar = dict[str, Any]

TINTS = 6
NEUTRAL = str(TINTS)


def avatar(resource: Resource, record_id: int, title: dict[str, Any]) -> Avatar:
    """What `ui/parts/avatar.html` needs of a record; `title` is the cell of its title. An icon is grey: a tint tells
    one name from another."""
    initials = title.get("initials", "")
    return {
        "initials": initials,
        "icon": "" if initials else "user" if resource.is_person else resource.icon,
        "tint": str(record_id % TINTS + 1) if initials else NEUTRAL,
        "square": not resource.is_person,
        "lang": title.get("lang", ""),
    }


def has_face(resource: Resource) -> bool:
    """Whether its records are told apart at a glance: people, and what has a list in the navigation. Where a stage, a
    pipeline or a closing reason is a value of something else, it is a word among words."""
    return resource.is_person or bool(resource.group)


def avatar_of_user(user: Any) -> Avatar:
    initials = text.initials(user.name or user.email)
    return {"initials": initials, "icon": "" if initials else "user", "tint": str(user.pk % TINTS + 1)}
