"""What becomes of views when the kind of record that they show is gone for good."""

from __future__ import annotations

from kizuna.base.records.custom import objects
from kizuna.base.saved_views.services import forget_kind

objects.when_purged(forget_kind)
