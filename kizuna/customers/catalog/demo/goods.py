"""What Hinata Living sells: shelves, products with their readings, bundles, services, and what some customers pay."""

from __future__ import annotations

SHELVES: dict[str, tuple[str, ...]] = {
    "リビング Living room": ("ソファ Sofas", "テーブル Tables", "収納 Storage"),
    "ダイニング Dining": ("チェア Chairs", "ダイニングテーブル Dining tables"),
    "寝室 Bedroom": ("ベッド Beds", "寝具 Bedding"),
    "照明・小物 Lighting and accessories": ("照明 Lamps", "ラグ Rugs", "器 Tableware"),
    "ホームウェア Home wear": ("シャツ Shirts", "ルームシューズ Slippers"),
    "サービス Services": (),
}
"""shelf -> the shelves within it"""

GOODS: dict[str, tuple[tuple[str, str, str, int, int, str], ...]] = {
    "ソファ": (
        ("リナ 2人掛けソファ", "LINA sofa, two seats", "SOF-LIN-2", 128000, 64000, "オーク"),
        ("リナ 3人掛けソファ", "LINA sofa, three seats", "SOF-LIN-3", 168000, 83000, "オーク"),
        ("ミナト カウチソファ", "MINATO corner sofa", "SOF-MIN-C", 248000, 121000, "ウール"),
        ("ハコ パーソナルチェア", "HAKO armchair", "SOF-HAK-1", 78000, 37500, "ウール"),
        ("ハコ オットマン", "HAKO ottoman", "SOF-HAK-O", 29800, 13900, "ウール"),
    ),
    "テーブル": (
        ("ノルド センターテーブル", "NORD coffee table", "TBL-NOR-C", 46000, 21000, "ウォールナット"),
        ("ノルド サイドテーブル", "NORD side table", "TBL-NOR-S", 24800, 11200, "ウォールナット"),
        ("ヒナタ ローテーブル 円形", "HINATA low table, round", "TBL-HIN-R", 38000, 17400, "杉"),
    ),
    "収納": (
        ("ツミキ シェルフ 3段", "TSUMIKI shelf, three boards", "STO-TSU-3", 32000, 14100, "オーク"),
        ("ツミキ シェルフ 5段", "TSUMIKI shelf, five boards", "STO-TSU-5", 46000, 20300, "オーク"),
        ("カバン シューズラック", "KABAN shoe rack", "STO-KAB-1", 18800, 8100, "スチール"),
        ("テレビボード 凪 180", "NAGI media board 180", "STO-NAG-180", 88000, 41000, "ウォールナット"),
    ),
    "チェア": (
        ("リナ ダイニングチェア", "LINA dining chair", "CHR-LIN-1", 28800, 12900, "オーク"),
        ("リナ アームチェア", "LINA chair with arms", "CHR-LIN-A", 36800, 16700, "オーク"),
        ("キシ スタッキングチェア", "KISHI stacking chair", "CHR-KIS-1", 14800, 6200, "スチール"),
        ("カフェ ハイスツール", "CAFÉ bar stool", "CHR-CAF-H", 19800, 8900, "スチール"),
        ("こども椅子 すくすく", "SUKUSUKU children's chair", "CHR-SUK-1", 16800, 7300, "ブナ"),
    ),
    "ダイニングテーブル": (
        ("リナ ダイニングテーブル 140", "LINA dining table 140", "DIN-LIN-140", 98000, 45500, "オーク"),
        ("リナ ダイニングテーブル 180", "LINA dining table 180", "DIN-LIN-180", 128000, 60200, "オーク"),
        ("イチ 会議テーブル 240", "ICHI conference table 240", "DIN-ICH-240", 198000, 96000, "ウォールナット"),
    ),
    "ベッド": (
        ("ヨル ベッドフレーム シングル", "YORU bed, single", "BED-YOR-S", 69800, 32900, "タモ"),
        ("ヨル ベッドフレーム ダブル", "YORU bed, double", "BED-YOR-D", 98000, 46800, "タモ"),
        ("ヨル ベッドフレーム クイーン", "YORU bed, queen", "BED-YOR-Q", 118000, 56500, "タモ"),
        ("畳ベッド 和み", "NAGOMI tatami bed", "BED-NAG-S", 88000, 42200, "い草"),
    ),
    "寝具": (
        ("ポケットコイルマットレス ダブル", "Pocket spring mattress, double", "MAT-POC-D", 68000, 30500, ""),
        ("羽毛布団 ダブル", "Down duvet, double", "BDG-DOW-D", 54000, 25100, "羽毛"),
        ("リネンカバーセット", "Linen cover set", "BDG-LIN-1", 19800, 8600, "麻"),
    ),
    "照明": (
        ("カゲ フロアランプ", "KAGE floor lamp", "LMP-KAG-F", 38000, 17600, "和紙"),
        ("カゲ ペンダントライト", "KAGE pendant lamp", "LMP-KAG-P", 26800, 12000, "和紙"),
        ("デスクライト 灯", "TOMOSHI desk lamp", "LMP-TOM-1", 14800, 6100, "アルミ"),
    ),
    "ラグ": (
        ("ナミ ウールラグ 140×200", "NAMI wool rug 140×200", "RUG-NAM-M", 48000, 22800, "ウール"),
        ("ナミ ウールラグ 200×300", "NAMI wool rug 200×300", "RUG-NAM-L", 98000, 46500, "ウール"),
        ("い草ラグ 涼", "RYO rush rug", "RUG-RYO-M", 22800, 9800, "い草"),
    ),
    "器": (
        ("益子焼 プレート 5枚組", "Mashiko plates, set of five", "TBW-MAS-5", 12800, 5600, "益子焼"),
        ("美濃焼 マグ 2個組", "Mino mugs, set of two", "TBW-MIN-2", 5800, 2300, "美濃焼"),
        ("水出し緑茶セット", "Cold brew green tea set", "TBW-TEA-1", 3800, 1700, "食品"),
    ),
}
"""shelf -> (name, in English, code, list price in yen, cost, tag)"""

WEAR: tuple[tuple[str, str, str, int, int, str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("リネンシャツ 凪", "NAGI linen shirt", "WEA-NAG", 12800, 5200, "シャツ", "HINODE", ("S", "M", "L", "XL"),
     ("ネイビー Navy", "白 White")),
    ("ガーゼパジャマシャツ", "Gauze pyjama shirt", "WEA-GAU", 9800, 3900, "シャツ", "AKANE", ("S", "M", "L", "XL"),
     ("生成り Natural", "藍 Indigo")),
    ("フェルトルームシューズ", "Felt slippers", "WEA-FEL", 6800, 2600, "ルームシューズ", "HINODE",
     ("23–24 cm", "24–25 cm", "25–26 cm", "26–27 cm"), ("灰 Grey",)),
)  # fmt: skip
"""name, in English, code, list price in yen, cost, shelf, brand, sizes, colours: a variant of each size and colour"""

FOOD = "TBW-TEA-1"
"""Drinks are taxed at the reduced rate in Japan; everything else at the standard one."""

SERVICES: tuple[tuple[str, str, str, str, int, str], ...] = (
    ("配送・設置", "Delivery and assembly", "SRV-DEL-1", "service", 12000, "flat"),
    ("コーディネート相談", "Interior consultation", "SRV-CON-H", "service", 9000, "hour"),
    ("空間デザイン一式", "Room design", "SRV-DES-1", "service", 180000, "flat"),
    ("家具引き取り", "Removal of old furniture", "SRV-REM-1", "service", 6000, "piece"),
    ("家具サブスク オフィス", "Office furniture by subscription", "SUB-OFF-M", "subscription", 4800, "piece"),
    ("革・木部メンテナンス", "Care plan for wood and leather", "SUB-CAR-Y", "subscription", 16800, "piece"),
)

BUNDLES: tuple[tuple[str, str, str, int, dict[str, int]], ...] = (
    ("ダイニング5点セット リナ", "LINA dining set of five", "SET-LIN-D5", 198000, {"DIN-LIN-140": 1, "CHR-LIN-1": 4}),
    ("ホテル客室セット", "Hotel room set", "SET-HOT-R1", 228000,
     {"BED-YOR-D": 1, "MAT-POC-D": 1, "BDG-LIN-1": 2, "LMP-TOM-1": 2}),
    ("新生活セット", "First home set", "SET-NEW-1", 148000,
     {"BED-YOR-S": 1, "TBL-NOR-S": 1, "STO-TSU-3": 1, "LMP-TOM-1": 1}),
)  # fmt: skip

DISCONTINUED = {"CHR-SUK-1": 40, "STO-KAB-1": 200}
"""code: sold until so many days ago"""
EUROPE = {"SOF-LIN-2": 890, "SOF-LIN-3": 1190, "CHR-LIN-1": 199, "DIN-LIN-180": 899, "LMP-KAG-F": 269, "RUG-NAM-L": 690}
"""What the shop in Europe asks, in euros with tax."""
CONTRACTED = {"BED-YOR-D": (10, 88000), "MAT-POC-D": (10, 59000), "LMP-TOM-1": (20, 12800), "CHR-KIS-1": (30, 12400),
          "SET-HOT-R1": (5, 205000)}  # fmt: skip
"""What hotels and offices with a framework contract pay from a quantity on, in yen before tax."""
RATES = {"EUR": "163.4", "KRW": "0.1082", "USD": "151.8", "GBP": "192.6", "CHF": "172.9"}
"""What a unit was worth in yen in the middle of the story."""


def variant(code: str, size: str, colour: str, colours: tuple[str, ...]) -> str:
    """WEA-NAG-M-1: the code of one size and colour."""
    return f"{code}-{size.partition(' ')[0]}-{colours.index(colour) + 1}"
