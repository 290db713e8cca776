import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from kizuna.server.secret_key import stored_secret


def test_the_first_start_makes_a_key_that_only_its_owner_can_read(tmp_path: Path) -> None:
    path = tmp_path / "secret_key"
    key = stored_secret(path)
    assert len(key) >= 64
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_later_starts_use_the_same_key(tmp_path: Path) -> None:
    assert stored_secret(tmp_path / "secret_key") == stored_secret(tmp_path / "secret_key")


def test_two_installations_have_different_keys(tmp_path: Path) -> None:
    assert stored_secret(tmp_path / "one") != stored_secret(tmp_path / "two")


def test_nothing_else_is_left_beside_the_key(tmp_path: Path) -> None:
    stored_secret(tmp_path / "secret_key")
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_an_open_key_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "secret_key"
    path.write_text("a key that a backup restored\n")
    path.chmod(0o644)
    assert stored_secret(path) == "a key that a backup restored"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_many_starts_at_once_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as starts:
        keys = set(starts.map(stored_secret, [tmp_path / "secret_key"] * 32))
    assert len(keys) == 1
