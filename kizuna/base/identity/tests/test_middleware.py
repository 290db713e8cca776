"""Each request is read in somebody's language and zone, and acts in somebody's name."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone, translation

from kizuna.base.events import current_origin
from kizuna.base.identity.address import client_address
from kizuna.base.identity.middleware import IdentityMiddleware


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def seen(user, **meta):
    """What a view behind the middleware sees: origin, language, zone."""
    found = []

    def view(request):
        found.extend([current_origin(), translation.get_language(), timezone.get_current_timezone_name()])
        return HttpResponse()

    request = RequestFactory().get("/", **meta)
    request.user = user
    IdentityMiddleware(view)(request)
    return found


def test_a_user_reads_in_their_own_language_and_zone_and_acts_as_themselves(aiko):
    aiko.language, aiko.time_zone = "ja", "Asia/Tokyo"
    origin, language, zone = seen(aiko, REMOTE_ADDR="192.0.2.4")
    assert (origin.actor, origin.actor_id) == (aiko, aiko.pk)
    assert (origin.via, origin.address) == ("web", "192.0.2.4")
    assert (language, zone) == ("ja", "Asia/Tokyo")
    assert timezone.get_current_timezone_name() == "UTC"
    assert current_origin().actor_id is None


def test_a_visitor_keeps_what_the_browser_asked_for_and_acts_as_nobody():
    visitor = AnonymousUser()
    with translation.override("ko"):
        origin, language, zone = seen(visitor)
    assert (origin.actor, origin.actor_id) == (visitor, None)
    assert (language, zone) == ("ko", "UTC")


@pytest.mark.parametrize(
    ("proxies", "peer", "forwarded", "address"),
    [
        (0, "192.0.2.4", None, "192.0.2.4"),
        (0, "192.0.2.4", "203.0.113.9", "192.0.2.4"),
        (1, "192.0.2.4", "203.0.113.9", "203.0.113.9"),
        (1, "192.0.2.4", "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (2, "192.0.2.4", "6.6.6.6, 203.0.113.9, 198.51.100.1", "203.0.113.9"),
        (2, "192.0.2.4", "203.0.113.9", "192.0.2.4"),
        (1, "192.0.2.4", None, "192.0.2.4"),
        (1, "192.0.2.4", "nonsense", "192.0.2.4"),
        (1, "192.0.2.4", "203.0.113.9:51234", "203.0.113.9"),
        (1, "192.0.2.4", "[2001:db8::1]:443", "2001:db8::1"),
        (0, "2001:DB8:0:0::1", None, "2001:db8::1"),
        (0, "::ffff:192.0.2.4", None, "192.0.2.4"),
        (0, "fe80::1%eth0", None, "fe80::1"),
        (0, "", None, None),
        (0, "unix:", None, None),
    ],
)
def test_the_address_is_believed_only_from_our_own_proxies(settings, proxies, peer, forwarded, address):
    settings.TRUSTED_PROXIES = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    assert client_address(RequestFactory(REMOTE_ADDR=peer).get("/", headers=headers)) == address
