"""The sample company, told room by room: each room's `demo.py` adds its part, lowest room first."""

import importlib
import importlib.util
from collections.abc import Callable
from types import ModuleType

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import transaction

from kizuna.base import identity


def stories() -> list[tuple[str, ModuleType]]:
    """(title of the room, its demo module), in the order of INSTALLED_APPS: a room may build on those before it."""
    found = []
    for config in apps.get_app_configs():
        name = f"{config.name}.demo"
        if config.name.startswith("kizuna.") and config.label != "server" and importlib.util.find_spec(name):
            found.append((str(config.verbose_name), importlib.import_module(name)))
    return found


def is_empty() -> bool:
    """Whether nobody works here yet: only such a database gets the sample company."""
    return not get_user_model()._default_manager.exists()


def load(tell: Callable[[str], None]) -> None:
    """Load every story, or none of them. `tell` gets the title of each room as it begins."""
    with transaction.atomic():
        for title, module in stories():
            tell(title)
            module.load(identity.SYSTEM)


def sign_ins() -> list[tuple[str, str, str]]:
    """(address, password, who it is) of the people of the sample company who are in this database."""
    told = [entry for _, module in stories() if hasattr(module, "sign_ins") for entry in module.sign_ins()]
    addresses = [address for address, _, _ in told]
    known = set(get_user_model()._default_manager.filter(email__in=addresses).values_list("email", flat=True))
    return [entry for entry in told if entry[0] in known]
