"""The operations of one resource, as the document lists them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from kizuna.base.resources.actions import Action
from kizuna.base.resources.resource import Resource
from kizuna.base.resources.table import PAGE_SIZE
from kizuna.interfaces.api import addresses
from kizuna.interfaces.api.incoming import ALLOW, REFUSE
from kizuna.interfaces.api.listing import LONGEST_SEARCH, VIEWS
from kizuna.interfaces.api.openapi import schemas
from kizuna.interfaces.api.openapi.responses import (
    READING,
    WRITING,
    changed_meanwhile,
    gone_elsewhere,
    here_already,
    of_problems,
    ok,
)
from kizuna.interfaces.api.openapi.schemas import Schema, ref
from kizuna.interfaces.api.paging import LARGEST_ID, LARGEST_PAGE
from kizuna.interfaces.api.representations import DELETED_AT


class Names:
    """What the shapes of a resource are called in the document."""

    def __init__(self, resource: Resource) -> None:
        self.record = resource.model.__name__
        self.input = f"{self.record}Input"
        self.changes = f"{self.record}Changes"

    def arguments(self, action: Action) -> str:
        return f"{self.record}{''.join(word.capitalize() for word in action.name.split('_'))}"


class Operations:
    """All that one resource answers to. Nouns come lower case into sentences, as the reader's language has them."""

    def __init__(self, resource: Resource) -> None:
        self.resource, self.names = resource, Names(resource)
        self.words = {"one": str(resource.label).lower(), "many": str(resource.plural_label).lower()}
        self._given, self._shown = schemas.examples(resource)

    def components(self) -> dict[str, Schema]:
        """The named shapes: `Contact`, and where it is written `ContactInput`, `ContactChanges`, action arguments."""
        resource, names = self.resource, self.names
        found = {names.record: schemas.record(resource)}
        if "create" in resource.operations:
            found[names.input] = schemas.given(resource, is_new=True)
        if "update" in resource.operations:
            found[names.changes] = schemas.given(resource, is_new=False)
        return found | {names.arguments(action): schemas.arguments(action) for action in resource.actions}

    def paths(self) -> dict[str, Schema]:
        made = {
            addresses.LIST: {"GET": self.walk, "POST": self.create},
            addresses.RECORD: {"GET": self.read, "PATCH": self.update, "DELETE": self.delete},
            addresses.RESTORE: {"POST": self.restore},
            addresses.HISTORY: {"GET": self.history},
        }
        found: dict[str, Schema] = {}
        for address, operations in made.items():
            methods = addresses.offered(self.resource, address)
            described = {method.lower(): operations[method]() for method in methods}
            if described:
                found[self.path(address)] = described
        for action in self.resource.actions:
            found[self.path(addresses.ACTION).replace("{verb}", action.name)] = {"post": self.act(action)}
            if action.plan:
                found[self.path(addresses.PREVIEW).replace("{verb}", action.name)] = {"post": self.foresee(action)}
        return found

    def path(self, address: str) -> str:
        return address.replace("{plural}", self.resource.plural).replace("{record_id}", "{id}")

    def operation(self, name: str, summary: str, description: str = "", **parts: Any) -> Schema:
        found = {"operationId": name, "tags": [self.resource.plural], "summary": summary % self.words}
        return found | ({"description": description} if description else {}) | parts

    def _body(self, name: str, example: Any) -> Schema:
        return {"required": True, "content": {"application/json": {"schema": ref(name), "example": example}}}

    @property
    def _record(self) -> Schema:
        return ref(self.names.record)

    def _answers(self, status: int = 200, *more: str) -> Schema:
        headers = ("ETag", *more) if self.resource.has_trash else more
        return ok(self._record, _("The record."), status=status, example=self._shown, headers=headers)

    # ── the operations ──

    def walk(self) -> Schema:
        return self.operation(
            f"list_{self.resource.plural}",
            _("List %(many)s"),
            _("Page by page, in one order, without a count. Follow next_cursor until it is null."),
            parameters=self._list_parameters(),
            responses=ok(schemas.page(self._record), _("One page.")) | of_problems(*READING),
        )

    def _list_parameters(self) -> list[Schema]:
        sortable = ["id", *(name for name, field in self.resource.fields.items() if field.sort_path)]
        trash = [DELETED_AT.name] if self.resource.has_trash else []
        names = {"type": "array", "items": {"enum": [*self.resource.fields, *trash]}}
        text = {"type": "string"}
        tree = {"schema": ref("Condition")}
        return [
            query("limit", schemas.integer(1, LARGEST_PAGE) | {"default": PAGE_SIZE}, _("Records in a page.")),
            query("cursor", text, _("next_cursor or previous_cursor of a page, with the other parameters unchanged.")),
            query(
                "sort", {"enum": [sign + name for name in sortable for sign in ("", "-")]}, _("A field; - turns it.")
            ),
            query("fields", names, _("Only these, with commas between; id and version always come.")) | PLAIN_LIST,
            {"name": "filter", "in": "query", "description": _("A condition."), "content": {"application/json": tree}},
            query("search", text | {"maxLength": LONGEST_SEARCH}, _("Words, as in the search box.")),
            list_view_parameter(),
        ]

    def create(self) -> Schema:
        again = header("Idempotency-Key", _("Your own key for this creation: sent twice, it makes one record."), 255)
        wish = query(
            "duplicates",
            {"enum": [ALLOW, REFUSE], "default": ALLOW},
            _("refuse: answer 409 instead of making a record that is here already, as far as you can see."),
        )
        is_asked = bool(addresses.offered(self.resource, addresses.DUPLICATES))
        return self.operation(
            f"create_{self.resource.key}",
            _("Create: %(one)s"),
            parameters=[again, wish] if is_asked else [again],
            requestBody=self.body(),
            responses=self._answers(201, "Location")
            | of_problems(*WRITING)
            | (here_already(self._record) if is_asked else {}),
        )

    def body(self) -> Schema:
        """What a record is made of."""
        return self._body(self.names.input, self._given)

    def read(self) -> Schema:
        return self.operation(
            f"get_{self.resource.key}",
            _("Read: %(one)s"),
            parameters=[id_parameter(), view_parameter()],
            responses=self._answers() | of_problems(*READING, 404) | self._elsewhere(301),
        )

    def _elsewhere(self, status: int) -> Schema:
        return gone_elsewhere(status) if self.resource.has_trash else {}

    def update(self) -> Schema:
        return self.operation(
            f"update_{self.resource.key}",
            _("Change: %(one)s"),
            _("Only the fields in the body change."),
            parameters=[id_parameter(), if_match()],
            requestBody=self._body(self.names.changes, dict(list(self._given.items())[:2])),
            responses=self._answers()
            | of_problems(*WRITING, 404)
            | changed_meanwhile(self._record)
            | self._elsewhere(308),
        )

    def delete(self) -> Schema:
        gone = {"204": {"description": _("It is in the trash.")}}
        return self.operation(
            f"delete_{self.resource.key}",
            _("Put in the trash: %(one)s"),
            parameters=[id_parameter(), if_match()],
            responses=gone | of_problems(*READING, 404) | changed_meanwhile(self._record) | self._elsewhere(308),
        )

    def restore(self) -> Schema:
        return self.operation(
            f"restore_{self.resource.key}",
            _("Bring back from the trash: %(one)s"),
            parameters=[id_parameter()],
            responses=self._answers() | of_problems(*READING, 404),
        )

    def history(self) -> Schema:
        return self.operation(
            f"list_{self.resource.key}_history",
            _("History: %(one)s"),
            _("Newest first: who, when, through which door, each field before and after."),
            parameters=[
                id_parameter(),
                *page_parameters(),
                view_parameter(),
            ],
            responses=ok(schemas.page(ref("HistoryEntry"), goes_back=False), _("One page."))
            | of_problems(*READING, 404),
        )

    def act(self, action: Action) -> Schema:
        example = {param.name: schemas.example_of(param.field) for param in action.params}
        return self.operation(
            f"{self.resource.key}_{action.name}",
            f"{action.label}: %(one)s",
            action.description,
            parameters=[id_parameter()],
            requestBody=self._body(self.names.arguments(action), example) | {"required": bool(action.params)},
            responses=ok(schemas.outcome(self._record), _("Done.")) | of_problems(*WRITING, 404),
        )

    def foresee(self, action: Action) -> Schema:
        did = self.act(action)
        words = _("What it would make (no id) or fill, in order, with what each would get. Nothing is written.")
        return did | {
            "operationId": f"{did['operationId']}_preview",
            "summary": _("Preview: %(action)s") % {"action": did["summary"]},
            "description": words,
            "responses": ok(schemas.foreseen(), words) | of_problems(*WRITING, 404),
        }


PLAIN_LIST = {"style": "form", "explode": False}


def query(name: str, schema: Schema, words: str) -> Schema:
    return {"name": name, "in": "query", "description": words, "schema": schema}


def page_parameters() -> list[Schema]:
    """Of a list that is read from a number on."""
    return [
        query("limit", schemas.integer(1, LARGEST_PAGE) | {"default": PAGE_SIZE}, _("How many in a page.")),
        query("cursor", schemas.integer(1, LARGEST_ID), _("next_cursor of a page.")),
    ]


def header(name: str, words: str, longest: int) -> Schema:
    schema = {"type": "string", "maxLength": longest}
    return {"name": name, "in": "header", "description": words, "schema": schema}


def id_parameter() -> Schema:
    return {"name": "id", "in": "path", "required": True, "schema": schemas.integer()}


def view_parameter() -> Schema:
    words = _("trash: what lies in the trash, for those who may bring it back.")
    return query("view", {"enum": list(VIEWS), "default": VIEWS[0]}, words)


def list_view_parameter() -> Schema:
    words = _(
        "trash: what lies in the trash, for those who may bring it back. A number: rows and order of that saved view; "
        "filter, search and sort go before its own."
    )
    return query("view", {"anyOf": [{"enum": list(VIEWS)}, schemas.integer(1, LARGEST_ID)], "default": VIEWS[0]}, words)


def if_match() -> Schema:
    words = _("The ETag of the record as you read it: if somebody changed it since, the answer is 412.")
    schema = {"type": "string", "pattern": r'^(\*|(W/)?"[0-9]{1,18}")$', "examples": ['"3"']}
    return {"name": "If-Match", "in": "header", "description": words, "schema": schema}
