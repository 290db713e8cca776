"""The sample company: a Home for those who answer customers, arranged by an administrator."""

from typing import Any

from kizuna.base.identity.models import Role
from kizuna.base.layouts import services as layouts

ANSWERING = (("tasks", 8), ("news", 4), ("recent", 4), ("changed", 8))
"""What support agents begin with: what waits for them, and whom they talked with last."""


def load(actor: Any) -> None:
    role = Role.objects.get(code="support_agent")
    layouts.arrange_home(actor=actor, role=role, panels=ANSWERING)
