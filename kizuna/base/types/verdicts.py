"""What became of each of many records that were to be changed."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Verdicts:
    """Ids of records that changed, of those that were so already, and of those refused, with the reason in words."""

    done: list[int] = field(default_factory=list)
    unchanged: list[int] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)

    def add(self, other: Verdicts) -> None:
        self.done += other.done
        self.unchanged += other.unchanged
        self.refused |= other.refused
