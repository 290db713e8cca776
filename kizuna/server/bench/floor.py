"""What the same fifty rows cost in Django when nothing else is asked for: no permissions, no shell, no links."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kizuna.base.resources.table import PAGE_SIZE
from kizuna.customers.contacts.models import Contact

SHOWN = ("family_name", "given_name", "company__name", "stage", "tags", "city", "owner__name", "updated_at")


def floor(request: HttpRequest) -> HttpResponse:
    rows = Contact.objects.filter(deleted_at=None).order_by("sort_key", "pk").values(*SHOWN)
    return render(request, "bench/floor.html", {"rows": rows[:PAGE_SIZE]})
