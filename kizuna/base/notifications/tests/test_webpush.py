"""Web push on the wire: the example of the standard, who we are, and whom we never ask."""

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from kizuna.base.notifications import webpush
from kizuna.base.notifications.webpush import Address

# RFC 8291, appendix A.
BROWSER = Address(
    "https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV",
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "BTBZMqHH6r4Tts7J_aSIgg",
)
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
SEALED = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
    "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_a_message_is_sealed_as_the_standard_shows() -> None:
    key = ec.derive_private_key(int.from_bytes(raw(SENDER)), ec.SECP256R1())
    sealed = webpush.encrypt(b"When I grow up, I want to be a watermelon", BROWSER, salt=raw(SALT), key=key)
    assert sealed == raw(SEALED)


def test_no_two_messages_are_sealed_alike_and_none_is_too_long() -> None:
    assert webpush.encrypt(b"Hello", BROWSER) != webpush.encrypt(b"Hello", BROWSER)
    assert len(webpush.encrypt(b"x" * webpush.LONGEST, BROWSER)) == webpush.RECORD_SIZE
    with pytest.raises(ValueError, match="too long"):
        webpush.encrypt(b"x" * (webpush.LONGEST + 1), BROWSER)


def test_a_push_service_can_tell_that_it_is_us(settings: Any) -> None:
    settings.PUBLIC_URL = "https://crm.hinata.example"
    scheme, token, key = webpush.signature(BROWSER.endpoint).replace("t=", "").replace("k=", "").split(" ")
    signed, _dot, seal = token.rstrip(",").rpartition(".")
    r, s = raw(seal)[:32], raw(seal)[32:]
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw(key))
    ours = utils.encode_dss_signature(int.from_bytes(r), int.from_bytes(s))
    public.verify(ours, signed.encode(), ec.ECDSA(hashes.SHA256()))  # raises when it is not
    claims = json.loads(raw(signed.split(".")[1]))
    assert (scheme, key) == ("vapid", webpush.public_key())
    assert (claims["aud"], claims["sub"]) == ("https://push.example.net", "https://crm.hinata.example")


@pytest.mark.parametrize(
    ("endpoint", "is_allowed"),
    [
        ("https://fcm.googleapis.com/fcm/send/abc", True),
        ("https://updates.push.services.mozilla.com/wpush/v2/abc", True),
        ("https://wns2-par02p.notify.windows.com/w/?token=abc", True),
        ("http://fcm.googleapis.com/fcm/send/abc", False),
        ("https://fcm.googleapis.com:22/", False),
        ("https://evil.example/fcm.googleapis.com", False),
        ("https://fcm.googleapis.com.evil.example/", False),
        ("https://fcm.googleapis.com@evil.example/", False),
        ("https://user@fcm.googleapis.com/", False),
        ("https://notify.windows.com.evil.example/", False),
        ("https://127.0.0.1/", False),
        ("http://169.254.169.254/latest/meta-data", False),
        ("file:///etc/passwd", False),
        ("https://[::1", False),
        ("", False),
    ],
)
def test_only_push_services_are_asked(endpoint: str, is_allowed: bool) -> None:
    assert webpush.is_allowed(endpoint) is is_allowed


@pytest.mark.parametrize(("p256dh", "auth"), [("", ""), ("BCVx", BROWSER.auth), (BROWSER.p256dh, "short"), ("é", "é")])
def test_keys_that_are_none_are_seen(p256dh: str, auth: str) -> None:
    assert webpush.is_readable(BROWSER)
    assert not webpush.is_readable(Address(BROWSER.endpoint, p256dh, auth))
