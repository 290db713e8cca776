"""What the shell around every page shows: navigation by group, what can be created, who is signed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from kizuna.base.access import policy
from kizuna.base.live.addresses import stream_url
from kizuna.base.resources import registry
from kizuna.base.resources.avatars import avatar, avatar_of_user
from kizuna.base.resources.groups import GROUPS
from kizuna.base.resources.resource import Resource
from kizuna.base.ui import favourites

Link = dict[str, Any]

NOTIFICATIONS = {"url": "/notifications", "dot_url": "/notifications/dot", "newest_url": "/notifications/newest"}


class _Page(NamedTuple):
    url: str
    label: Any
    icon: str
    may_use: Callable[[Any], bool]
    after: str


_pages: list[_Page] = []


def add_page(
    url: str, label: Any, icon: str, may_use: Callable[[Any], bool] = lambda actor: True, *, after: str = ""
) -> None:
    """Put a page that is no list of records into the navigation: at the top, or after the list of a kind of record that
    stands there (`after` is its key)."""
    _pages.append(_Page(url, label, icon, may_use, after))


def context(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `shell` for signed-in people, and the theme for everyone."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"theme": ""}
    theme = "" if user.theme == "auto" else user.theme
    return {"shell": _LazyShell(request), "theme": theme}


class _LazyShell(dict):
    """Built when a template first asks for it: a partial needs none of it."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__()
        self._request = request

    def __missing__(self, key: str) -> Any:
        self.update(build(self._request))
        return self.get(key)

    def __bool__(self) -> bool:
        return True


def places(request: HttpRequest) -> dict[str, Any]:
    """Where this person can go, and what they can create: no question but that of their rights."""
    user: Any = request.user
    readable = [resource for resource in registry.all_resources() if _in_navigation(user, resource)]
    links = {resource.key: _link(request, resource) for resource in readable}
    top = _pages_after(request, "")
    for resource in readable:
        if resource.group == "top":
            top += [links[resource.key], *_pages_after(request, resource.key)]
    groups = [{"slug": "start", "title": "", "items": top}]
    for slug, title in GROUPS.items():
        of_group = sorted((one for one in readable if one.group == slug), key=lambda resource: resource.rank)
        items = [link for one in of_group for link in (links[one.key], *_pages_after(request, one.key))]
        if items:
            groups.append({"slug": slug, "title": title, "items": items})
    return {"groups": groups, "creatable": _everything_creatable(request, readable)}


def build(request: HttpRequest) -> dict[str, Any]:
    user: Any = request.user
    offered = places(request)
    return offered | {
        "home_url": "/",
        "favourites": favourites_of(request),
        "favourites_url": "/favourites",
        "places": _places(offered["groups"]),
        "palette_url": "/palette",
        "live_url": stream_url(request),
        "languages": [
            {"code": code, "name": name, "current": code == user.language} for code, name in settings.LANGUAGES
        ],
        "language_url": "/me/language",
        "theme": user.theme,
        "theme_url": "/me/theme",
        "settings_url": "/settings" if user.is_admin else "",
        "notifications": NOTIFICATIONS,
        "profile_url": "/me",
        "help_url": "/help",
        "sign_out_url": reverse("account_logout"),
        "who": _who(user),
    }


def _who(user: Any) -> dict[str, Any]:
    return {"name": user.name, "email": user.email, **avatar_of_user(user)}


def favourites_of(request: HttpRequest) -> list[Link]:
    """What the person marked, for the navigation: a query for each kind of record among them."""
    return [
        {
            "url": hit.url,
            "label": hit.title.get("text") or f"#{hit.id}",
            **avatar(hit.resource, hit.id, hit.title),
            "current": request.path == hit.url,
        }
        for hit in favourites.favourites(request.user)
    ]


def _in_navigation(user: Any, resource: Resource) -> bool:
    return bool(resource.group) and policy.permissions_of(user).can(resource.key, "read")


def _may_create(user: Any, resource: Resource) -> bool:
    return "create" in resource.operations and policy.permissions_of(user).can(resource.key, "create")


_BARE = {"count": "", "count_url": "", "key": ""}
"""What most links do not have: a template that asks in vain has Django look through all that a dictionary can do."""


def _link(request: HttpRequest, resource: Resource) -> Link:
    is_current = request.path == resource.list_url or request.path.startswith(f"{resource.list_url}/")
    link = {"url": resource.list_url, "label": resource.plural_label, "icon": resource.icon, "current": is_current}
    return _BARE | link


def _pages_after(request: HttpRequest, key: str) -> list[Link]:
    return [
        _BARE | {"url": page.url, "label": page.label, "icon": page.icon, "current": request.path == page.url}
        for page in _pages
        if page.after == key and page.may_use(request.user)
    ]


def _places(groups: list[dict[str, Any]]) -> list[Link]:
    """Three places for the phone's bottom bar: home, and the first list of the two busiest groups."""
    top: list[Link] = groups[0]["items"]
    firsts = [group["items"][0] for group in groups[1:]] + [link for group in groups[1:] for link in group["items"][1:]]
    return (top[:1] + firsts + top[1:])[:3]


def _everything_creatable(request: HttpRequest, readable: list[Resource]) -> list[Link]:
    may = [resource for resource in readable if _may_create(request.user, resource)]
    return [link for resource in may for link in (_creatable(request, resource), *_started(resource))]


def _started(resource: Resource) -> list[Link]:
    """The ways to begin a new record that are said in words of their own."""
    return [
        {
            "url": f"{resource.list_url}/new?{urlencode(starter.values)}",
            "label": starter.label,
            "icon": starter.icon,
            "current": False,
            "is_said": True,
        }
        for starter in resource.starters
    ]


def _creatable(request: HttpRequest, resource: Resource) -> Link:
    return {
        "url": f"{resource.list_url}/new",
        "label": resource.label,
        "icon": resource.icon,
        "current": _link(request, resource)["current"],
    }
