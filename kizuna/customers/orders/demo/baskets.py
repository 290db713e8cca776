"""Where Hinata Living sells, and what people put into one basket."""

from __future__ import annotations

from typing import Any

CHANNELS: dict[str, dict[str, Any]] = {
    "web": {"name": "オンラインショップ Web shop", "kind": "shop", "includes_tax": True, "rounding": "ROUND_DOWN"},
    "aoyama": {"name": "青山店 Aoyama store", "kind": "store", "includes_tax": True, "rounding": "ROUND_DOWN"},
    "yokohama": {"name": "横浜店 Yokohama store", "kind": "store", "includes_tax": True, "rounding": "ROUND_DOWN"},
    "umeda": {"name": "梅田店 Umeda store", "kind": "store", "includes_tax": True, "rounding": "ROUND_DOWN"},
    "market": {
        "name": "マーケットプレイス Marketplace", "kind": "marketplace", "includes_tax": True, "rounding": "ROUND_DOWN",
    },
    "europe": {
        "name": "Web shop Europe", "kind": "shop", "currency": "EUR", "country": "DE", "includes_tax": True,
    },
    "phone": {"name": "電話・法人 Phone and firms", "kind": "phone", "rounding": "ROUND_DOWN"},
}  # fmt: skip
"""code: what the channel says; yen and Japan where nothing else is said"""

SHARES = {"web": 0.34, "aoyama": 0.16, "yokohama": 0.13, "umeda": 0.12, "market": 0.14, "europe": 0.05, "phone": 0.06}
"""How much of what people buy is bought where."""

METHODS = {
    "shop": {"card": 0.62, "wallet": 0.2, "convenience": 0.12, "delivery": 0.06},
    "store": {"card": 0.55, "cash": 0.27, "wallet": 0.18},
    "marketplace": {"wallet": 0.6, "card": 0.4},
    "phone": {"transfer": 0.6, "delivery": 0.4},
}

BASKETS: dict[tuple[tuple[str, int, int, float], ...], float] = {
    (("TBW-MIN-2", 1, 2, 1.0), ("TBW-TEA-1", 1, 3, 0.6)): 0.24,
    (("TBW-MAS-5", 1, 2, 1.0), ("TBW-MIN-2", 1, 1, 0.4), ("TBW-TEA-1", 1, 2, 0.3)): 0.14,
    (("CHR-LIN-1", 2, 4, 1.0), ("DIN-LIN-140", 1, 1, 0.7), ("SRV-DEL-1", 1, 1, 0.6)): 0.12,
    (("SOF-LIN-2", 1, 1, 1.0), ("TBL-NOR-C", 1, 1, 0.45), ("RUG-NAM-M", 1, 1, 0.35), ("SRV-DEL-1", 1, 1, 0.8)): 0.1,
    (("BED-YOR-D", 1, 1, 1.0), ("MAT-POC-D", 1, 1, 0.85), ("BDG-LIN-1", 1, 2, 0.6), ("SRV-DEL-1", 1, 1, 0.9)): 0.1,
    (("LMP-TOM-1", 1, 2, 1.0), ("TBL-NOR-S", 1, 1, 0.3)): 0.12,
    (("STO-TSU-3", 1, 2, 1.0), ("STO-TSU-5", 1, 1, 0.3)): 0.08,
    (("BDG-LIN-1", 1, 2, 1.0), ("BDG-DOW-D", 1, 1, 0.4)): 0.07,
    (("SET-NEW-1", 1, 1, 1.0), ("SRV-DEL-1", 1, 1, 0.7), ("SRV-REM-1", 1, 1, 0.3)): 0.03,
}
"""(product, at least, at most, how often it is in the basket): how common the basket is"""

FOR_FIRMS = (
    ("CHR-KIS-1", 12, 60),
    ("SET-HOT-R1", 4, 20),
    ("DIN-ICH-240", 1, 4),
    ("SUB-OFF-M", 5, 30),
    ("LMP-TOM-1", 10, 40),
    ("CHR-CAF-H", 6, 18),
)
"""(product, at least, at most)"""

WEAR: tuple[tuple[str, tuple[int, ...]], ...] = (("WEA-NAG", (1, 2)), ("WEA-GAU", (1, 2)))
"""What is worn, and in which colours: see `catalog.demo.goods.WEAR`."""
WEARERS = (("M", "L"), ("L", "XL"), ("S", "M"), ("M", "S"), ("XL", "L"))
"""(their size, one that does not fit)"""
