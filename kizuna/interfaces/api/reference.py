"""The pages that explain the API, made from the document that programs read and from what the reader may see."""

from __future__ import annotations

import json
import shlex
from typing import Any

from django.utils.translation import gettext as _

from kizuna.base.resources.resource import Resource
from kizuna.interfaces.api import describing
from kizuna.interfaces.api.openapi import document
from kizuna.interfaces.api.openapi.schemas import PREFIX, Schema

Page = dict[str, Any]

URL = "/api/v1/docs"
SAMPLE_FILTER = {"field": "updated_at", "op": "in_period", "value": "last_30_days"}


def overview(actor: Any, address: str) -> Page:
    """The first page. `address` is that of the API as the reader's programs reach it."""
    return {
        "title": _("API"),
        "document_url": "/api/v1/openapi.json",
        "curl": _curl("GET", f"{address}/me"),
        "resources": [
            {"name": resource.plural, "label": resource.plural_label, "url": f"{URL}/{resource.plural}"}
            for resource in describing.usable(actor)
        ],
        "problems": [
            {"status": response["content"]["application/problem+json"]["example"]["status"], "name": name}
            | {key: response["content"]["application/problem+json"]["example"][key] for key in ("code", "title")}
            for name, response in document.current()["components"]["responses"].items()
        ],
    }


def of_resource(resource: Resource, actor: Any, address: str) -> Page:
    """Every operation of one resource, then its fields with the operators that a filter may use."""
    found = document.current()
    operations = [
        _operation(found, path, method, operation, address)
        for path, methods in found["paths"].items()
        for method, operation in methods.items()
        if method != "parameters" and resource.plural in operation.get("tags", ())
    ]
    described = describing.full(resource, actor)
    return {
        "title": _("API: %(nouns)s") % {"nouns": resource.plural_label},
        "back": {"url": URL, "label": _("API")},
        "operations": operations,
        "fields": [
            field | {"operator_names": ", ".join(operator["name"] for operator in field["operators"])}
            for field in described["fields"]
        ],
        "related": described["related"],
    }


def _operation(found: Schema, path: str, method: str, operation: Schema, address: str) -> Page:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": operation["summary"],
        "description": operation.get("description", ""),
        "parameters": [_parameter(each) for each in operation.get("parameters", ())],
        "body": _properties(found, body["schema"]) if body else [],
        "statuses": ", ".join(operation["responses"]),
        "curl": _curl(method.upper(), address + _filled(path), operation, body and body["example"]),
    }


def _filled(path: str) -> str:
    return path.replace("{id}", "42").replace("{file_id}", "7")


def _parameter(parameter: Schema) -> Page:
    schema = parameter.get("schema") or parameter["content"]["application/json"]["schema"]
    return {
        "name": parameter["name"],
        "place": {"query": _("query"), "path": _("path"), "header": _("header")}[parameter["in"]],
        "words": parameter.get("description", ""),
        "type": type_words(schema),
    }


def _properties(found: Schema, schema: Schema) -> list[Page]:
    """What may stand in a body; where it has one of several shapes, what may stand in any of them."""
    named = schema.get("$ref", "").removeprefix(PREFIX)
    whole = found["components"]["schemas"][named] if named else schema
    shapes = whole.get("anyOf", [whole])
    parts = {name: part for shape in shapes for name, part in shape["properties"].items()}
    return [
        {
            "name": name,
            "words": part.get("description", ""),
            "type": type_words(part),
            "required": all(name in shape.get("required", ()) for shape in shapes),
        }
        for name, part in parts.items()
    ]


def type_words(schema: Schema) -> str:
    """A JSON Schema in a few words: "integer 1–200", "array of string or EmailPointInput", "null or Money"."""
    if "$ref" in schema:
        return schema["$ref"].removeprefix(PREFIX)
    if "enum" in schema:
        shown = [str(value) for value in schema["enum"] if value != ""]
        return ", ".join(shown[:12]) + (", …" if len(shown) > 12 else "")
    if "anyOf" in schema:
        return _("%(this)s or %(that)s") % {
            "this": ", ".join(type_words(part) for part in schema["anyOf"][:-1]),
            "that": type_words(schema["anyOf"][-1]),
        }
    if schema.get("type") == "array":
        return _("array of %(items)s") % {"items": type_words(schema["items"])}
    words = schema.get("format") or schema.get("type", "")
    low, high = schema.get("minimum"), schema.get("maximum", 0)
    return f"{words} {low}–{high}" if low is not None and 0 < high < 10**6 else words


def _curl(method: str, url: str, operation: Schema | None = None, body: Any = None) -> str:
    """A command that can be copied; the token is in the shell's variable TOKEN."""
    verb = "" if method == "GET" else f"-X {method} "
    lines = [f'curl {verb}-H "Authorization: Bearer $TOKEN"']
    names = {parameter["name"] for parameter in (operation or {}).get("parameters", ())}
    if "filter" in names:
        lines.append("--get --data-urlencode " + shlex.quote("filter=" + json.dumps(SAMPLE_FILTER)))
    if "If-Match" in names:
        lines.append("-H 'If-Match: \"3\"'")
    if "multipart/form-data" in (operation or {}).get("requestBody", {}).get("content", ()):
        lines.append("-F file=@offer.pdf")
    if body is not None:
        lines.append("-H 'Content-Type: application/json'")
        lines.append("-d " + shlex.quote(json.dumps(body, ensure_ascii=False)))
    return " \\\n  ".join([*lines, shlex.quote(url)])
