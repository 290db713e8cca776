"""Invented data in the shapes that the templates document."""

from typing import Any


def shell(current: str) -> dict[str, Any]:
    """Context of ui/shell.html; `current` is the sample page that is shown."""

    def item(label: str, *, icon: str, page: str = "", count: str = "", accent: bool = False) -> dict[str, Any]:
        url = f"?page={page}" if page else "#"
        return {"url": url, "label": label, "icon": icon, "current": page == current, "count": count, "accent": accent}

    groups = [
        (
            "start",
            "",
            [
                item("Today", icon="home", page="home"),
                item("Inbox", icon="inbox", count="12", accent=True),
                item("Tasks", icon="checkbox", count="6"),
            ],
        ),
        (
            "favourites",
            "Favourites",
            [item("Customers in Kantō", icon="layout-list"), item("Renovation pipeline", icon="layout-kanban")],
        ),
        (
            "customers",
            "Customers",
            [
                item("Contacts", icon="user", page="list"),
                item("Companies", icon="building", page="form"),
                item("Leads", icon="magnet", count="31"),
                item("Segments", icon="chart-pie"),
            ],
        ),
        (
            "sales",
            "Sales",
            [
                item("Opportunities", icon="target-arrow"),
                item("Quotes", icon="file-text"),
                item("Orders", icon="package"),
            ],
        ),
        ("service", "Service", [item("Cases", icon="lifebuoy", count="8"), item("Knowledge", icon="book")]),
    ]
    return {
        "home_url": "?page=home",
        "groups": [{"slug": slug, "title": title, "items": items} for slug, title, items in groups],
        "places": [
            item("Today", icon="home", page="home"),
            item("Customers", icon="users", page="list"),
            item("Sales", icon="target-arrow"),
        ],
        "creatable": [
            {"url": "?page=form", "label": "Contact", "icon": "user", "current": True},
            {"url": "#", "label": "Company", "icon": "building"},
        ],
        "palette_url": "/ui/kitchen-sink/palette",
        "languages": [
            {"code": "en", "name": "English", "current": True},
            {"code": "ja", "name": "日本語"},
            {"code": "ko", "name": "한국어"},
        ],
        "language_url": "/ui/kitchen-sink/language",
        "theme": "auto",
        "theme_url": "/ui/kitchen-sink/theme",
        "settings_url": "#",
        "profile_url": "#",
        "help_url": "#",
        "sign_out_url": "/ui/kitchen-sink/sign-out",
        "notifications": {"url": "#", "unread": True},
        "who": {"name": "Mika Tanabe", "email": "mika@hinata.example", "initials": "MT", "tint": 2},
    }
