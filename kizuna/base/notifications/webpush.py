"""Web push on the wire: who may be sent to (a list of push services), what is sent (encrypted, RFC 8291), and as whom
(signed, RFC 8292). Knows nothing of people and notifications.
"""

from __future__ import annotations

import base64
import json
import os
import socket
import struct
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

RECORD_SIZE = 4096
LONGEST = RECORD_SIZE - 86 - 17
"""Bytes of a message: one record, less its head and its seal."""
LIFE = 12 * 3600
"""Seconds that a push service keeps what it cannot deliver yet, and that a signature is good for."""
PATIENCE = 10.0


class Unreachable(OSError):
    """The push service was not reached: nothing has left."""


@dataclass(frozen=True)
class Address:
    """Where one browser is reached, and the keys by which only it can read."""

    endpoint: str
    p256dh: str
    auth: str


def is_allowed(endpoint: str) -> bool:
    """Whether this is an address of a push service that Kizuna may send to. It comes from a browser: without a list,
    anybody could have the server ask addresses inside its own network."""
    try:
        parts = urlsplit(endpoint)
        host, origin = parts.hostname or "", f"{parts.scheme}://{parts.netloc}"
    except ValueError:
        return False
    if parts.username is not None or not host:
        return False
    is_public = parts.scheme == "https" and parts.port in (None, 443)
    return any(origin == one or (is_public and _matches(host, one)) for one in settings.PUSH_SERVICES)


def _matches(host: str, pattern: str) -> bool:
    return host == pattern or (pattern.startswith("*.") and host.endswith(pattern[1:]))


def is_readable(address: Address) -> bool:
    """Whether its keys are keys."""
    try:
        _public(_bytes(address.p256dh))
        return len(_bytes(address.auth)) == 16
    except ValueError:
        return False


# ── keys ──


def public_key() -> str:
    """What browsers are told: they take pushes only from who holds the other half."""
    return _text(_own_key(settings.PUSH_KEY).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


@lru_cache(maxsize=4)
def _own_key(text: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(_bytes(text)), ec.SECP256R1())


def _public(point: bytes) -> ec.EllipticCurvePublicKey:
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


# ── a message ──


def encrypt(
    message: bytes, address: Address, *, salt: bytes = b"", key: ec.EllipticCurvePrivateKey | None = None
) -> bytes:
    """One record of aes128gcm that only the browser can read. Salt and key are given by tests alone."""
    if len(message) > LONGEST:
        raise ValueError("The message is too long for a push.")
    salt, key = salt or os.urandom(16), key or ec.generate_private_key(ec.SECP256R1())
    theirs, ours = _bytes(address.p256dh), key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    shared = key.exchange(ec.ECDH(), _public(theirs))
    secret = _derived(shared, _bytes(address.auth), b"WebPush: info\0" + theirs + ours, 32)
    content_key = _derived(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(secret, salt, b"Content-Encoding: nonce\0", 12)
    sealed = AESGCM(content_key).encrypt(nonce, message + b"\x02", None)
    return salt + struct.pack("!IB", RECORD_SIZE, len(ours)) + ours + sealed


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


def signature(endpoint: str) -> str:
    """The header by which a push service knows that it is us."""
    parts = urlsplit(endpoint)
    until = int(time.time()) + LIFE
    claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": until, "sub": _contact()}
    signed = ".".join(_text(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "ES256"}, claims))
    r, s = utils.decode_dss_signature(_own_key(settings.PUSH_KEY).sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    return f"vapid t={signed}.{_text(r.to_bytes(32) + s.to_bytes(32))}, k={public_key()}"


def _contact() -> str:
    """Whom a push service writes to when something is wrong with our messages."""
    return settings.PUBLIC_URL if settings.PUBLIC_URL.startswith("https:") else "mailto:admin@localhost.localdomain"


# ── sending ──


class _Stay(urllib.request.HTTPRedirectHandler):
    """A push service that leads elsewhere is not followed: only its own address was looked at."""

    def redirect_request(self, *arguments: Any) -> None:
        return None


_opener = urllib.request.build_opener(_Stay)


def send(message: bytes, address: Address, *, topic: str) -> int:
    """Hand a message to the push service and return its answer, in HTTP's words. A later one of the same topic takes
    the place of one that was not delivered yet.

    Raises Unreachable when nothing has left, and another OSError when nobody knows.
    """
    headers = {
        "Authorization": signature(address.endpoint),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(LIFE),
        "Topic": topic,
    }
    body = encrypt(message, address)
    request = urllib.request.Request(address.endpoint, body, headers, method="POST")  # noqa: S310 - see is_allowed
    try:
        with _opener.open(request, timeout=PATIENCE) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except urllib.error.URLError as error:
        if isinstance(error.reason, ConnectionRefusedError | socket.gaierror):
            raise Unreachable(str(error.reason)) from error
        raise
