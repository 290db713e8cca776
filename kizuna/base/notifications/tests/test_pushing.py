"""Pushes: to the browsers of who wants them, once, sealed, and only of what they may see at that moment."""

from __future__ import annotations

import base64
import datetime as dt
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.utils import timezone

from kizuna.base.collaboration import kinds as together
from kizuna.base.collaboration import services as collaboration
from kizuna.base.identity.models import User
from kizuna.base.identity.services import rights
from kizuna.base.jobs import run_waiting
from kizuna.base.notifications import services as notifications
from kizuna.base.notifications.models import Browser, Letter, Mail, Notification, Push
from kizuna.base.notifications.services import pushing
from kizuna.base.notifications.webpush import Address, Unreachable
from kizuna.base.testing.library.models import Book
from kizuna.base.types.errors import Invalid, Missing


class Device:
    """A browser that can be pushed to: it has the private key, and so is the only one that can read."""

    def __init__(self, origin: str, name: str) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.auth = name.encode().ljust(16, b".")
        self.endpoint = f"{origin}/push/{name}"

    @property
    def public(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @property
    def address(self) -> Address:
        p256dh, auth = (base64.urlsafe_b64encode(one).rstrip(b"=").decode() for one in (self.public, self.auth))
        return Address(self.endpoint, p256dh, auth)

    def read(self, body: bytes) -> dict[str, Any]:
        """As RFC 8188 and 8291 say: salt, record size, length of the key, key, and what is sealed."""
        salt, sender, sealed = body[:16], body[21 : 21 + body[20]], body[21 + body[20] :]
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
        secret = HKDF(hashes.SHA256(), 32, self.auth, b"WebPush: info\0" + self.public + sender).derive(shared)
        key, nonce = (
            HKDF(hashes.SHA256(), length, salt, f"Content-Encoding: {name}\0".encode()).derive(secret)
            for name, length in (("aes128gcm", 16), ("nonce", 12))
        )
        text = AESGCM(key).decrypt(nonce, sealed, None)
        assert text.endswith(b"\x02")
        return dict(json.loads(text[:-1]))


class Service:
    """A push service on this machine: keeps what it is sent, and answers as it is told to."""

    def __init__(self) -> None:
        self.answer = 201
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.got.append((self.path, dict(self.headers), body))
                self.send_response(service.answer)
                if service.answer == 302:
                    self.send_header("Location", f"{service.origin}/elsewhere")
                self.end_headers()

            def log_message(self, format: str, *arguments: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=[0.02])
        self._thread.start()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def service(settings: Any) -> Iterator[Service]:
    found = Service()
    settings.PUSH_SERVICES = [found.origin]
    yield found
    found.stop()


@pytest.fixture
def laptop(service: Service, sora: User) -> Device:
    """Sora wants her notifications shown on it."""
    device = Device(service.origin, "laptop")
    notifications.add_browser(actor=sora, address=device.address, name="Firefox, Linux")
    return device


Mention = Callable[..., None]


@pytest.fixture
def mention(haruto: User, sora: User, kokoro: Book) -> Mention:
    def say(text: str = "Look at page 12, @Sora.") -> None:
        collaboration.comment(actor=haruto, record=kokoro, text=text, mentions=[sora.pk])

    return say


def test_what_happens_is_pushed_once_to_each_browser_and_only_it_can_read(
    mention: Mention, laptop: Device, service: Service, sora: User
) -> None:
    phone = Device(service.origin, "phone")
    notifications.add_browser(actor=sora, address=phone.address, name="Chrome, Android")
    mention()
    assert service.got == [], "nothing leaves before it is committed and a job takes it"
    for _time in range(2):
        run_waiting()
    assert sorted(path for path, _headers, _body in service.got) == ["/push/laptop", "/push/phone"]
    by_path = {path: (headers, body) for path, headers, body in service.got}
    headers, body = by_path["/push/laptop"]
    assert headers["Content-Encoding"] == "aes128gcm"
    assert headers["Authorization"].startswith("vapid t=")
    assert b"Kokoro" not in body
    said = laptop.read(body)
    line = Notification.objects.get(user=sora)
    assert (said["title"], said["body"]) == ("Haruto mentioned you on Kokoro", "Look at page 12, @Sora.")
    assert (said["url"], said["lang"]) == (f"/notifications/{line.pk}", "en")
    assert phone.read(by_path["/push/phone"][1])["title"] == said["title"]
    assert set(Push.objects.values_list("state", flat=True)) == {"sent"}


def test_what_became_invisible_before_it_left_is_not_pushed(
    mention: Mention, laptop: Device, service: Service, sora: User, alice: User
) -> None:
    notifications.prefer(actor=sora, kind=together.MENTIONED, push=False)
    mention()
    run_waiting()
    notifications.prefer(actor=sora, kind=together.MENTIONED, push=True)
    pushing.write_pushes(list(Notification.objects.filter(user=sora)))
    rights.set_roles(actor=alice, user=sora, roles=[])
    run_waiting()
    assert service.got == []
    assert Push.objects.get().state == Push.State.EMPTY


def test_what_is_not_wanted_or_read_by_now_is_not_pushed(
    mention: Mention, laptop: Device, service: Service, sora: User
) -> None:
    notifications.prefer(actor=sora, kind=together.MENTIONED, push=False)
    mention()
    run_waiting()
    assert service.got == []
    notifications.prefer(actor=sora, kind=together.MENTIONED, push=True)
    line = Notification.objects.get(user=sora)
    pushing.write_pushes([line])
    notifications.mark_read(actor=sora, notification_id=line.pk)
    run_waiting()
    assert service.got == []
    assert Push.objects.get().state == Push.State.EMPTY


def test_who_wants_a_kind_in_browsers_alone_has_no_line_and_no_letter(
    mention: Mention, laptop: Device, service: Service, sora: User
) -> None:
    notifications.prefer(actor=sora, kind=together.MENTIONED, in_product=False, mail=Mail.NEVER, push=True)
    mention()
    run_waiting()
    assert len(service.got) == 1
    assert not Notification.objects.shown().exists()
    assert not Letter.objects.filter(user=sora).exists()


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_no_more_is_forgotten(
    mention: Mention, laptop: Device, service: Service, status: int
) -> None:
    service.answer = status
    mention()
    run_waiting()
    assert not Browser.objects.exists()
    mention("Once more, @Sora.")
    run_waiting()
    assert len(service.got) == 1


def test_a_busy_service_is_asked_again_and_then_it_comes_once(
    mention: Mention, laptop: Device, service: Service
) -> None:
    service.answer = 503
    mention()
    run_waiting()
    found = Push.objects.get()
    assert found.state == Push.State.WAITING
    service.answer = 201
    for _time in range(2):
        notifications.send_push(push_id=found.pk)
    assert len(service.got) == 2
    found.refresh_from_db()
    assert found.state == Push.State.SENT


@pytest.mark.once
def test_a_service_that_cannot_be_reached_is_tried_again(mention: Mention, laptop: Device, service: Service) -> None:
    service.stop()
    mention()
    run_waiting()
    found = Push.objects.get()
    assert found.state == Push.State.WAITING
    with pytest.raises(Unreachable):
        notifications.send_push(push_id=found.pk)
    service.__init__()  # type: ignore[misc]  # so that the fixture can stop it


def test_what_was_cut_off_is_not_sent_again(mention: Mention, laptop: Device, service: Service) -> None:
    service.answer = 503
    mention()
    run_waiting()
    found = Push.objects.get()
    Push.objects.update(state=Push.State.SENDING)
    service.got.clear()
    notifications.send_push(push_id=found.pk)
    assert service.got == []
    found.refresh_from_db()
    assert found.state == Push.State.UNKNOWN


@pytest.mark.once
def test_a_service_that_leads_elsewhere_is_not_followed(mention: Mention, laptop: Device, service: Service) -> None:
    service.answer = 302
    mention()
    run_waiting()
    assert [path for path, _headers, _body in service.got] == ["/push/laptop"]
    assert Push.objects.get().state == Push.State.REFUSED


# ── browsers ──


def test_a_browser_shows_those_of_who_let_it_in_last(laptop: Device, sora: User, mika: User) -> None:
    notifications.add_browser(actor=mika, address=laptop.address, name="Firefox, Linux")
    assert list(Browser.objects.values_list("user", flat=True)) == [mika.pk]


def test_nobody_removes_another_s_browser(laptop: Device, sora: User, mika: User) -> None:
    found = Browser.objects.get()
    with pytest.raises(Missing):
        notifications.remove_browser(actor=mika, browser_id=found.pk)
    notifications.remove_browser(actor=sora, browser_id=found.pk)
    assert not Browser.objects.exists()


def test_where_somebody_was_signed_out_nothing_is_shown_any_more(laptop: Device, sora: User, alice: User) -> None:
    rights.deactivate_user(actor=alice, user=sora)
    assert not Browser.objects.exists()


@pytest.mark.once
def test_an_address_that_is_no_push_service_is_refused(service: Service, sora: User) -> None:
    device = Device("http://169.254.169.254", "router")
    with pytest.raises(Invalid):
        notifications.add_browser(actor=sora, address=device.address, name="?")
    bad = Address(f"{service.origin}/push/x", "BCVx", "x")
    with pytest.raises(Invalid):
        notifications.add_browser(actor=sora, address=bad, name="?")


def test_only_so_many_browsers_of_one_person(service: Service, sora: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pushing, "MOST_BROWSERS", 2)
    for name in ("one", "two", "three"):
        notifications.add_browser(actor=sora, address=Device(service.origin, name).address, name=name)
    assert list(Browser.objects.order_by("pk").values_list("name", flat=True)) == ["two", "three"]


# ── keeping ──


def test_old_notifications_letters_and_pushes_go(mention: Mention, laptop: Device, sora: User, settings: Any) -> None:
    mention("Long ago, @Sora.")
    run_waiting()
    old = timezone.now() - dt.timedelta(days=settings.NOTIFICATIONS_DAYS, hours=1)
    Notification.objects.update(created_at=old)
    Letter.objects.update(created_at=old)
    mention("Today, @Sora.")
    run_waiting()
    assert notifications.forget_old() >= 2
    assert Notification.objects.filter(user=sora).count() == 1
    assert Letter.objects.filter(user=sora).count() == 1
    assert Push.objects.count() == 1
