"""What somebody chose for a whole file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self


@dataclass(frozen=True)
class Options:
    """What holds for a whole file. `region` is where its phone numbers, addresses and prices are from (ISO country),
    `dates` how it writes days ("ymd", "dmy", "mdy"), `match` the fields by whose keys records are known already, the
    first one first. Rows that are new are left out without `brings_new`, those we have without `updates_known`.
    With `is_quiet` nobody is notified and no automation starts. `numbers` says what stands before the cents ("point",
    "comma"; "" as whoever imports writes them), `policies` what becomes of a field that has a value (see
    `importing.merging`), `defaults` what a target gets where the file says nothing.
    """

    owner_id: int | None = None
    region: str = ""
    dates: str = "ymd"
    numbers: str = ""
    match: tuple[str, ...] = ()
    brings_new: bool = True
    updates_known: bool = True
    is_quiet: bool = False
    policies: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        return cls(
            owner_id=stored.get("owner"),
            region=stored.get("region", ""),
            dates=stored.get("dates", "ymd"),
            match=tuple(stored.get("match", ())),
            brings_new=stored.get("brings_new", True),
            updates_known=stored.get("updates_known", True),
            is_quiet=stored.get("is_quiet", False),
            numbers=stored.get("numbers", ""),
            policies=dict(stored.get("policies", {})),
            defaults=dict(stored.get("defaults", {})),
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "owner": self.owner_id,
            "region": self.region,
            "dates": self.dates,
            "match": list(self.match),
            "brings_new": self.brings_new,
            "updates_known": self.updates_known,
            "is_quiet": self.is_quiet,
            "numbers": self.numbers,
            "policies": dict(self.policies),
            "defaults": dict(self.defaults),
        }
