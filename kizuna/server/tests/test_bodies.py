"""A body that ends too early is an error, not a shorter body."""

import io
from typing import Any

import pytest

from kizuna.server.bodies import whole_bodies


def read(content: bytes, length: str) -> bytes:
    """What an application reads of a body that claims to be `length` long."""

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        stream = environ["wsgi.input"]
        found = stream.readline(3)
        while piece := stream.read(4):
            found += piece
        return [found]

    return b"".join(whole_bodies(application)({"CONTENT_LENGTH": length, "wsgi.input": io.BytesIO(content)}, None))


def test_a_whole_body_is_read_as_it_is() -> None:
    assert read(b"0123456789", "10") == b"0123456789"


@pytest.mark.parametrize("content", [b"01234567", b"01", b""])
def test_a_body_that_was_cut_off_cannot_be_read_to_its_end(content: bytes) -> None:
    with pytest.raises(OSError, match="ended before"):
        read(content, "10")


@pytest.mark.parametrize("length", ["", "many", "-1"])
def test_where_no_length_is_told_none_is_expected(length: str) -> None:
    assert read(b"0123", length) == b"0123"
