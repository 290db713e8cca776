import pytest

from kizuna.base.identity.models import User

PASSWORD = "quiet river lantern"


@pytest.fixture
def aiko(db) -> User:
    """Aiko may do everything."""
    return User.objects.create_user("aiko@hinata.example", PASSWORD, name="Aiko Mori", is_admin=True)


@pytest.fixture
def ben(db) -> User:
    """Ben works here, without any special right."""
    return User.objects.create_user("ben@hinata.example", PASSWORD, name="Ben Okri")
