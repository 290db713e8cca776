"""The key by which push services know us, and where pushes may go."""

import stat
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from kizuna.server.secret_key import stored_secret
from kizuna.server.web_push import KNOWN, ORDER, new_push_key, push_key, push_services


def test_a_key_is_made_once_kept_from_others_and_usable(tmp_path: Path) -> None:
    path = tmp_path / "push_key"
    key = stored_secret(path, new_push_key)
    assert stored_secret(path, new_push_key) == key == push_key(key)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(key) == 43


@pytest.mark.parametrize("text", ["", "AAAA" * 10 + "AAA", "not a key!", "_" * 43, "x" * 100])
def test_what_is_no_key_stops_kizuna_with_a_sentence(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="KIZUNA_PUSH_KEY"):
        push_key(text)
    assert ORDER.bit_length() == 256


def test_services_are_added_to_the_known_ones_or_all_taken_away() -> None:
    assert push_services([]) == list(KNOWN)
    assert push_services(["push.hinata.example", " "]) == [*KNOWN, "push.hinata.example"]
    assert push_services(["off"]) == []
