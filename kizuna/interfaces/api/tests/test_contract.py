"""The document says what the API does: every address in it answers, and Schemathesis finds no answer beyond it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.urls import URLPattern
from hypothesis import HealthCheck, given, settings
from jsonschema_rs import Draft202012Validator, Registry
from schemathesis import checks
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks as openapi_checks

from kizuna.base.identity.models import Token, User
from kizuna.base.resources import registry
from kizuna.base.resources.fields import Relation
from kizuna.base.testing.library.models import Book
from kizuna.interfaces.api import endpoints
from kizuna.interfaces.api.api import api
from kizuna.interfaces.api.openapi import document

pytestmark = pytest.mark.django_db

EXAMPLES = 2
"""Requests to each operation, as told and again not as told, with contacts where there is one for every noun."""

OF_THE_NOUN = {
    GenerationMode.POSITIVE: {("GET", "/{plural}"), ("POST", "/{plural}")},
    GenerationMode.NEGATIVE: {("POST", "/{plural}")},
}
"""What speaks of the noun's own fields has one request for each noun; the rest is the same code for all of them. A new
record is answered as one that is read or changed, which a number drawn by chance does not find."""

CHECKS = [
    checks.not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_headers_conformance,
    openapi_checks.response_schema_conformance,
]


def described() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, operations in document.current()["paths"].items():
        for method, operation in operations.items():
            if method != "parameters":
                yield method.upper(), path, operation


IDS = {"merges": "{merge_id}", "views": "{view_id}", "fields": "{field_id}", "objects": "{object_id}"}


def of_any_noun(path: str) -> str:
    """The path with {plural} in place of a resource's own."""
    plurals = "|".join(resource.plural for resource in registry.all_resources())
    return re.sub(rf"^/({plurals})(?=/|$)", "/{plural}", path)


def test_every_address_of_the_document_leads_to_an_endpoint_and_the_other_way_round() -> None:
    """Plurals and verbs stand for every resource and every action; what describes the API itself is not in it."""
    told = set()
    for method, path, _operation in described():
        path = path.replace("{id}", IDS.get(path.split("/")[1], "{record_id}"))
        told.add((method, re.sub(r"/actions/\w+", "/actions/{verb}", of_any_noun(path))))
    routed = {
        (method, re.sub(r"\{\w+:", "{", path))
        for _prefix, router in api._routers
        for path, view in router.path_operations.items()
        for operation in view.operations
        for method in operation.methods
    }
    assert told == routed - {("GET", "/"), ("GET", "/openapi.json")}
    assert all(isinstance(route, URLPattern) for route in endpoints.routes)


def test_every_operation_declares_its_problems_and_has_a_name_of_its_own() -> None:
    names = [operation["operationId"] for _method, _path, operation in described()]
    assert len(names) == len(set(names))
    for method, path, operation in described():
        statuses = set(operation["responses"])
        assert {"400", "401", "403", "422", "429"} <= statuses, path
        assert ("404" in statuses) == ("{" in path), path
        assert ("415" in statuses) == ("413" in statuses) == ("requestBody" in operation), path
        assert operation["summary"], path
        assert "Raises" not in operation.get("description", ""), f"{path} speaks of Python to programs of any language"
        if method in ("PATCH", "DELETE") and not path.endswith("/follow"):  # which has no version
            assert "412" in statuses, path


@pytest.mark.once
def test_every_example_fits_its_own_schema() -> None:
    known = Registry([("urn:kizuna", document.current())])
    for method, path, operation in described():
        places: dict[tuple[str, ...], Any] = {("requestBody",): operation.get("requestBody", {})}
        places |= {("responses", status): answer for status, answer in operation["responses"].items()}
        for place, part in places.items():
            for media, content in part.get("content", {}).items():
                if "example" in content:
                    steps = ("paths", path, method.lower(), *place, "content", media, "schema")
                    pointer = "/".join(step.replace("~", "~0").replace("/", "~1") for step in steps)
                    validator = Draft202012Validator({"$ref": f"urn:kizuna#/{quote(pointer)}"}, registry=known)
                    assert validator.is_valid(content["example"]), pointer


def test_the_document_is_openapi(haruto: User) -> None:
    from jsonschema_rs import meta

    for name, schema in document.current()["components"]["schemas"].items():
        assert meta.is_valid(schema | {"$schema": "https://json-schema.org/draft/2020-12/schema"}), name


def test_the_examples_of_the_document_work(program, alice: User) -> None:
    """What the page says can be copied does what it says, wherever it points to no other record."""
    for method, path, operation in described():
        content = operation.get("requestBody", {}).get("content", {})
        if method != "POST" or "{" in path or "application/json" not in content:
            continue
        example = content["application/json"]["example"]
        answer = program(alice).post(path, example)
        if answer.status_code not in (200, 201, 202):
            wrong = {error["pointer"].removeprefix("/") for error in answer.json()["errors"]}
            assert wrong <= {"", *relations_of(path)} or 42 in example.values(), (path, answer.content)


def relations_of(path: str) -> set[str]:
    """The fields of a kind of record that lead to another one: an example cannot know which there are."""
    found = {one.plural: one for one in registry.all_resources()}.get(path.strip("/"))
    fields = found.fields.values() if found else ()
    return {field.name for field in fields if isinstance(field, Relation)}


@pytest.mark.parametrize(
    "mode",
    [GenerationMode.POSITIVE, pytest.param(GenerationMode.NEGATIVE, marks=pytest.mark.once)],
    ids=lambda mode: mode.value,
)
@pytest.mark.early
@pytest.mark.django_db(transaction=True)
def test_schemathesis_finds_no_undeclared_answer(alice: User, kokoro: Book, settings, mode: GenerationMode) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    settings.API_REQUESTS_PER_MINUTE = 0
    _token, secret = Token.issue(alice, "Schemathesis")
    headers = {"Authorization": f"Bearer {secret}"}
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application(), headers=headers)
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) == len(list(described()))
    operations.sort(key=lambda one: not one.path.startswith("/contacts"))
    probed: set[tuple[str, str]] = set()
    for operation in operations:
        shape = operation.method.upper(), of_any_noun(operation.path)
        if shape not in probed:
            probe(operation, mode, headers, examples=EXAMPLES)
        elif shape in OF_THE_NOUN[mode]:
            probe(operation, mode, headers, examples=1)
        probed.add(shape)
    assert probed >= OF_THE_NOUN[mode]


def probe(operation: Any, mode: GenerationMode, headers: dict[str, str], *, examples: int) -> None:
    """Send a few requests made from the schema (or against it) and hold the answers to the document."""

    @settings(
        max_examples=examples, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: Any) -> None:
        case.validate_response(case.call(headers=headers), checks=CHECKS)

    send()
