"""The views that the people of the sample company keep of contacts and companies, each in the owner's language."""

from __future__ import annotations

from typing import Any

from kizuna.base.saved_views import services
from kizuna.customers.contacts.demo.staff import Crew

_CUSTOMERS = {"field": "stage", "op": "any_of", "value": ["customer", "regular"]}
_QUIET = {"field": "updated_at", "op": "more_than_days_ago", "value": 180}
_EVERYONE = {"audience": "everyone"}
VIEWS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    (
        "Mika Tanabe",
        "contact",
        "Regular customers",
        _EVERYONE | {"condition": {"field": "stage", "op": "is", "value": "regular"}, "sort": "-updated_at"},
    ),
    (
        "Mika Tanabe",
        "contact",
        "Quiet for half a year",
        _EVERYONE
        | {
            "condition": {"all": [_CUSTOMERS, _QUIET]},
            "sort": "updated_at",
            "columns": ["stage", "company", "phones", "owner", "updated_at"],
        },
    ),
    (
        "Mika Tanabe",
        "contact",
        "My prospects",
        {
            "condition": {
                "all": [{"field": "stage", "op": "is", "value": "prospect"}, {"field": "owner", "op": "is_me"}]
            }
        },
    ),
    (
        "Mika Tanabe",
        "contact",
        "Board by stage",
        _EVERYONE
        | {
            "kind": "board",
            "settings": {"by": "stage", "collapsed": "former", "limits": "prospect:300"},
            "columns": ["company", "tags", "owner"],
        },
    ),
    (
        "Haruto Ishii",
        "contact",
        "法人のお客様",
        {
            "team": "Japan",
            "condition": {"all": [_CUSTOMERS, {"field": "company", "op": "is_not_empty"}]},
            "columns": ["company", "job_title", "emails", "owner", "updated_at"],
        },
    ),
    (
        "Jiwoo Han",
        "contact",
        "최근 30일 신규",
        {
            "team": "Korea",
            "condition": {"field": "created_at", "op": "in_period", "value": "last_30_days"},
            "sort": "-created_at",
        },
    ),
    (
        "Mika Tanabe",
        "company",
        "Hotels and inns",
        _EVERYONE | {"condition": {"field": "industry", "op": "is", "value": "hospitality"}},
    ),
    (
        "Mika Tanabe",
        "company",
        "More than 100 people",
        _EVERYONE | {"condition": {"field": "employees", "op": "gt", "value": 100}, "sort": "-employees"},
    ),
    (
        "Haruto Ishii",
        "company",
        "飲食店",
        {"team": "Japan", "condition": {"field": "industry", "op": "is", "value": "food"}},
    ),
)
"""Owner, kind of record, name and parts; a team by its name."""


def keep(crew: Crew, views: tuple[tuple[str, str, str, dict[str, Any]], ...] = VIEWS) -> None:
    """Save the views, each in the name of its owner."""
    for owner, resource, name, told in views:
        actor = crew.named(owner)
        parts = dict(told)
        if "team" in parts:
            parts |= {"audience": "team", "team": crew.team(parts["team"])}
        services.save_view(actor=actor, resource=resource, name=name, **parts)
