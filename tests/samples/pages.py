"""Every part of the screens with invented data: `/samples?page=list|record|form|home|parts`.

Routed by `tests.samples.urls`, so nothing of it ships. The data (`data/*.json`) has the shapes that the templates
document and names nobody real; nothing here reads the database.
"""

import json
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

SAMPLES = Path(__file__).parent / "data"
PAGES = {
    "list": "ui/list.html",
    "empty": "ui/list.html",
    "record": "ui/record.html",
    "form": "ui/form.html",
    "home": "ui/home.html",
    "plain": "ui/plain.html",
    "parts": "samples/parts.html",
}
ANSWERS = {
    "table": "ui/list.html#table",
    "palette": "ui/parts/palette_results.html",
    "options": "ui/parts/options.html",
    "tags": "ui/parts/options.html",
    "filter": "ui/parts/filter_builder.html",
    "field": "ui/record.html#field",
    "field_edit": "ui/record.html#field_edit",
    "cell": "ui/list.html#cell_edit",
    "matches": "ui/form.html#side",
    "refused": "ui/form.html#form",
    "dialog": "ui/parts/dialog_form.html",
    "conflict": "ui/parts/conflict.html",
    "related": "ui/record.html#related",
}
SOURCES = {"matches": "form", "refused": "form"}
EDITS = {"field", "field_edit", "cell"}
STATUSES = {"done": 204, "trash": 204, "denied": 403, "broken": 500}


def _sample(name: str) -> dict[str, Any]:
    path = SAMPLES / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def shell(current: str) -> dict[str, Any]:
    """Context of ui/shell.html; `current` is the sample page that is shown."""
    context = _sample("shell")
    for item in [item for group in context["groups"] for item in group["items"]] + context["places"]:
        item["current"] = item["url"] == f"?page={current}"
    return context


def listing(count: int = 50) -> dict[str, Any]:
    """Context of ui/list.html with `count` rows: the same few people again and again."""
    context = _sample("list")
    people = context["table"]["rows"]
    context["table"]["rows"] = [
        people[number % len(people)] | {"id": number, "selected": number in (0, 2, 3)} for number in range(count)
    ]
    return context


def show(request: HttpRequest) -> HttpResponse:
    """One sample page in the shell, as somebody signed in gets it; `?theme=dark` fixes the theme."""
    request.user = get_user_model()(pk=1)
    page = request.GET.get("page", "parts")
    context = listing(0 if page == "empty" else 50) if page in ("list", "empty") else _sample(page)
    context |= {"shell": shell(page), "theme": request.GET.get("theme", "")}
    return render(request, PAGES.get(page, PAGES["parts"]), {"title": "Samples"} | context)


def answer(request: HttpRequest, part: str) -> HttpResponse:
    """What a real view would answer to the small requests of the sample pages; an unknown part is a 404."""
    if part == "trash":
        words = {"kizuna:toast": {"text": "Moved to the trash.", "undo": "/samples/done"}}
        return HttpResponse(status=STATUSES[part], headers={"HX-Trigger": json.dumps(words)})
    if part not in ANSWERS:
        return HttpResponse(status=STATUSES.get(part, 404))
    context = (
        _edit(request, part) if part in EDITS else listing() if part == "table" else _sample(SOURCES.get(part, part))
    )
    return render(request, ANSWERS[part], context, status=422 if part == "refused" else 200)


def _edit(request: HttpRequest, part: str) -> dict[str, Any]:
    name, label = request.GET.get("name", "job"), request.GET.get("label", "Job title")
    value = request.POST.get(name, request.GET.get("value", ""))
    here = f"/samples/field?name={name}&label={label}&value={value}"
    field = {"id": f"id_{name}", "name": name, "label": label, "kind": "text", "value": value, "text": value}
    if part == "field":
        field["edit_url"] = here.replace("/field?", "/field_edit?")
    return {"field": field, "save_url": here, "field_url": here, "row_url": here}
