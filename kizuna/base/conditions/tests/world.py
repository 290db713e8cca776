"""The schemas of the small world, and a viewer."""

from typing import Any

from django.db.models import Q

from kizuna.base.conditions import ConditionField, ConditionRelated, StaticSchema
from kizuna.base.conditions.tests.models import Company, Mark, Person, Task
from kizuna.base.identity.models import User
from kizuna.base.types import text

STAGES = [("lead", "Lead"), ("customer", "Customer"), ("former", "Former")]
LEVELS = [(1, "Low"), (2, "High")]


def not_secret(viewer: Any) -> Q:
    """Whoever is called Insider sees everything; to others secret rows do not exist."""
    return Q() if viewer.name == "Insider" else Q(is_secret=False)


def at_work(viewer: Any) -> Q:
    """Users who left are not shown."""
    return Q(is_active=True)


def marks(kind: str) -> Any:
    def lookup(op: str, values: Any) -> Q:
        rows = Mark.objects.filter(kind=kind)
        match op:
            case "has_any" | "is":
                rows = rows.filter(key__in=[text.fold(value) for value in values])
            case "contains":
                rows = rows.filter(key__contains=text.fold(values[0]))
            case "starts_with":
                if "@" not in values[0]:
                    raise ValueError("Give the address up to its @ at least.")
                rows = rows.filter(key__startswith=text.fold(values[0]))
        return Q(pk__in=rows.values("person_id"))

    return lookup


def spoken(op: str, values: Any) -> Q:
    """A text that is looked up, as names with several forms are."""
    if op == "is_not_empty":
        return ~Q(name_fold="")
    lookup = {"is": "exact", "any_of": "exact", "contains": "contains", "starts_with": "startswith"}.get(op, "endswith")
    return Q(*((f"name_fold__{lookup}", text.fold(value)) for value in values), _connector=Q.OR)


def field(name: str, kind: str, **options: Any) -> ConditionField:
    options.setdefault("path", name)
    return ConditionField(name=name, label=name.replace("_", " ").capitalize(), kind=kind, **options)


def company_fields() -> list[ConditionField]:
    return [
        field("name", "text"),
        field("industry", "choice"),
        field("size", "number"),
        field("parent", "relation", path="parent_id", target="company", visible=not_secret),
    ]


def person_fields() -> list[ConditionField]:
    return [
        field("name", "text", fold_path="name_fold"),
        field("nickname", "text"),
        field("alias", "text", path="", lookup=spoken),
        field("age", "number"),
        field("score", "number"),
        field("ratio", "number"),
        field("shoe_size", "number", path="extra__shoe_size"),
        field("colour", "text", path="extra__colour"),
        field("balance", "money", currency_path="balance_currency"),
        field("born", "date"),
        field("seen_at", "moment"),
        field("stage", "choice", choices=STAGES),
        field("level", "choice", choices=lambda: LEVELS),
        field("active", "boolean"),
        field("company", "relation", path="company_id", target="company", visible=not_secret, titles=titles),
        field("clubs", "relation", target="company", visible=not_secret),
        field("club_name", "text", path="clubs__name"),
        field("owner", "relation", path="owner_id", target="user", visible=at_work),
        field("team", "relation", path="team_id", target="team"),
        field("tags", "tags", lookup=marks("tag")),
        field("emails", "points", lookup=marks("email")),
    ]


def task_fields() -> list[ConditionField]:
    return [
        field("title", "text"),
        field("done", "boolean"),
        field("points", "number"),
        field("hours", "number"),
        field("weight", "number"),
        field("fee", "money", currency_path="fee_currency"),
        field("due", "date"),
        field("finished_at", "moment"),
        field("person", "relation", path="person_id", target="person"),
    ]


def titles(viewer: Any, ids: Any) -> dict[int, str]:
    return dict(Company.objects.filter(not_secret(viewer), pk__in=ids).values_list("pk", "name"))


def related(name: str, model: Any, path: str) -> ConditionRelated:
    key = model._meta.model_name
    visible = None if model is Person else not_secret
    return ConditionRelated(
        name=name, label=name.capitalize(), model=model, path=path, schema=lambda: SCHEMAS[key], visible=visible
    )


SCHEMAS: dict[str, StaticSchema] = {}
SCHEMAS["company"] = StaticSchema(
    Company, company_fields(), [related("people", Person, "company_id"), related("members", Person, "clubs")], SCHEMAS
)
SCHEMAS["person"] = StaticSchema(Person, person_fields(), [related("tasks", Task, "person_id")], SCHEMAS)
SCHEMAS["task"] = StaticSchema(Task, task_fields(), [], SCHEMAS)
PEOPLE = SCHEMAS["person"]


def someone(name: str = "Mika", **fields: Any) -> User:
    """A viewer; not stored unless given an id."""
    return User(name=name, email=f"{name.lower()}@kizuna.example", **fields)
