"""What somebody is told, and in which browsers."""

import base64
import os
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kizuna.base.collaboration.kinds import CHANGED, MENTIONED
from kizuna.base.notifications import kinds, webpush
from kizuna.base.notifications.models import Browser, Mail
from kizuna.base.testing.visiting import page_of
from kizuna.interfaces.web.browsers import named

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def subscription() -> dict[str, str]:
    point = ec.generate_private_key(ec.SECP256R1()).public_key()
    keys = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint), os.urandom(16)
    p256dh, auth = (base64.urlsafe_b64encode(key).decode() for key in keys)
    return {"endpoint": "https://fcm.googleapis.com/fcm/send/one", "p256dh": p256dh, "auth": auth}


def test_each_kind_is_chosen_for_kizuna_browsers_and_mail(sora, visit) -> None:
    hers = visit(sora)
    hers.post("/me/notifications", **{"mentioned.mail": "daily", "mentioned.push": "on", "changed.mail": "never"})
    sora.refresh_from_db()
    mentioned, changed = (kinds.preference(sora, kind) for kind in (MENTIONED, CHANGED))
    assert (mentioned.in_product, mentioned.mail, mentioned.push) == (False, Mail.DAILY, True)
    assert (changed.in_product, changed.mail, changed.push) == (False, Mail.NEVER, False)
    assert 'name="mentioned.push" checked' in page_of(hers.get("/me/notifications"))


def test_a_browser_is_let_in_shown_and_removed_again(sora, visit) -> None:
    hers = visit(sora)
    answer = hers.client.post("/me/browsers", subscription(), headers={"user-agent": FIREFOX})
    assert answer.status_code == 204
    found = Browser.objects.get()
    page = page_of(hers.get("/me/notifications"))
    assert "Firefox, Linux" in page
    assert webpush.public_key() in page
    assert found.endpoint not in page
    hers.post(f"/me/browsers/{found.pk}/remove")
    assert not Browser.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": "https://evil.example/"},
        {"p256dh": "x"},
        {"auth": ""},
        {"endpoint": "https://fcm.googleapis.com/" + "x" * 5000},
    ],
)
def test_what_no_browser_says_is_refused(sora, visit, wrong: dict[str, str]) -> None:
    hers = visit(sora)
    assert hers.send("/me/browsers", **(subscription() | wrong)).status_code == 422
    assert not Browser.objects.exists()


def test_where_pushes_are_off_nobody_is_asked_about_them(sora, visit, settings: Any) -> None:
    settings.PUSH_SERVICES = []
    hers = visit(sora)
    assert "kizuna-push" not in page_of(hers.get("/me/notifications"))
    hers.post("/me/notifications", **{"mentioned.mail": "daily"})
    sora.refresh_from_db()
    assert kinds.preference(sora, MENTIONED).push, "what was chosen before is kept"
    assert hers.send("/me/browsers", **subscription()).status_code == 422


def test_the_service_worker_may_act_for_the_whole_site_and_is_looked_for_anew(client) -> None:
    answer = client.get("/push.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    assert "showNotification" in page_of(answer)


def test_on_an_iphone_it_says_that_kizuna_must_be_on_the_home_screen_first(sora, visit) -> None:
    assert "Add to Home Screen" in page_of(visit(sora).get("/me/notifications"))


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (FIREFOX, "Firefox, Linux"),
        ("Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1", "Safari, iPhone"),
        ("curl/8", "curl/8"),
        ("", "?"),
    ],
)
def test_a_browser_is_named_as_its_owner_knows_it(user_agent: str, name: str) -> None:
    assert named(user_agent) == name
