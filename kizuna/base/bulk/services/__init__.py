"""Change many records at once: `from kizuna.base.bulk import services as bulk`."""

from kizuna.base.bulk.services.running import carry_on
from kizuna.base.bulk.services.starting import cancel, forget, go_on, look_at, start, undo

__all__ = ["cancel", "carry_on", "forget", "go_on", "look_at", "start", "undo"]
