"""The sample company: what goes with what, counted from its orders."""

from __future__ import annotations

from typing import Any

from kizuna.intelligence.prediction import services


def load(actor: Any) -> None:
    services.find_affinities()
