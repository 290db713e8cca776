"""Sizes and favourites are noted, and taken away, on the page of what a customer bought."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kizuna.base.resources import registry
from kizuna.base.types.errors import Denied, Missing
from kizuna.base.types.numbers import whole
from kizuna.base.ui.finding import find
from kizuna.base.ui.middleware import toast
from kizuna.customers.contacts.models import Company, Contact
from kizuna.customers.orders import services
from kizuna.customers.orders.policies import may_see_tastes
from kizuna.customers.orders.views import tastes
from kizuna.customers.orders.views.purchases import drawn


@login_required
@require_POST
def note(request: HttpRequest, plural: str, record_id: int) -> HttpResponse:
    """Note a size or a favourite, or take it away; the page comes back with it."""
    actor: Any = request.user
    resource = registry.by_plural(plural)
    if resource.key not in tastes.WHOSE:
        raise Missing()
    if not may_see_tastes(actor):
        raise Denied()
    customer = find(resource, actor, record_id)
    assert isinstance(customer, Contact | Company)
    is_liked = request.POST.get("liked") != "0"
    noted = services.note_preference(
        actor=actor,
        customer=customer,
        kind=request.POST.get("kind", ""),
        is_liked=is_liked,
        product=whole(request.POST.get("product", "")),
        category=whole(request.POST.get("category", "")),
        words=request.POST.get("words", ""),
    )
    if not request.headers.get("HX-Request"):
        return redirect(f"{resource.record_url(record_id)}/purchases")
    undo = f"{registry.get('preference').record_url(noted.pk)}/undo/{noted.version}" if noted.version > 1 else ""
    words = _("Noted: %(what)s.") if is_liked else _("Taken away: %(what)s.")
    return toast(drawn(request, resource, customer), words % {"what": noted.called}, undo=undo)
