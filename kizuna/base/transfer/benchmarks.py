"""How fast files come in: made-up rows of people, imported into an empty or a full database."""

from __future__ import annotations

import csv
import resource as usage
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.files import File
from django.db import connection, transaction

from kizuna.base.identity.system import SYSTEM
from kizuna.base.records import bulk
from kizuna.base.resources.resource import Resource
from kizuna.base.transfer import services as transfer
from kizuna.base.transfer.models import Import

HEADER = (
    "姓", "名", "セイ", "メイ", "メールアドレス", "携帯電話", "会社名", "部署", "役職", "郵便番号", "都道府県",
    "市区町村", "住所", "生年月日", "タグ",
)  # fmt: skip
_FIRST = (
    "山ヤマ 高タカ 小コ 大オオ 中ナカ 松マツ 石イシ 西ニシ 北キタ 東ヒガシ 上ウエ 吉ヨシ 青アオ 黒クロ 白シラ "
    "杉スギ 竹タケ 森モリ 藤フジ 岡オカ 原ハラ 平ヒラ 水ミズ 村ムラ 宮ミヤ"
)
_LAST = (
    "田ダ 本モト 川カワ 野ノ 島シマ 村ムラ 井イ 沢ザワ 口グチ 木キ 崎サキ 原ハラ 山ヤマ 谷タニ 森モリ 尾オ 岡オカ "
    "池イケ 津ヅ 林バヤシ 浦ウラ 瀬セ 坂サカ 塚ヅカ 内ウチ"
)
_GIVEN = (
    "陽ヨウ 健ケン 直ナオ 美ミ 翔ショウ 由ユ 恵ケイ 真マ 葵アオイ 蓮レン 結ユ 大ダイ 彩アヤ 拓タク 和カズ 正マサ "
    "裕ユウ 明アキ 千チ 優ユウ"
)
_ENDING = (
    "子コ 一イチ 樹キ 咲サキ 太タ 香カ 奈ナ 介スケ 衣イ 也ヤ 輝キ 希キ 人ト 美ミ 郎ロウ 花カ 平ヘイ 音ネ 斗ト 里リ"
)
_PLACES = (
    "150-0001 東京都 渋谷区 神宮前", "530-0001 大阪府 大阪市北区 梅田", "220-0011 神奈川県 横浜市西区 高島",
    "810-0001 福岡県 福岡市中央区 天神", "060-0001 北海道 札幌市中央区 北一条西", "460-0008 愛知県 名古屋市中区 栄",
)  # fmt: skip
_DEPARTMENTS = ("営業部", "総務部", "経理部", "企画部", "開発部", "")
_TITLES = ("部長", "課長", "主任", "担当", "")
_TAGS = ("VIP, 法人", "見込み", "", "展示会2026", "")


def people(count: int) -> Iterator[list[str]]:
    """Rows under HEADER: everybody has an address and a number of their own, a tenth as many companies."""
    for n in range(count):
        family, family_reading = _name(_FIRST, _LAST, n * 7919)
        given, given_reading = _name(_GIVEN, _ENDING, n * 104_729 // 7)
        postal, prefecture, city, town = _PLACES[n % len(_PLACES)].split()
        firm = n // 3 % max(1, count // 10)
        yield [
            family, given, family_reading, given_reading,
            f"person{n}@mail{n % 500}.example",
            f"0{70 + n % 3 * 10}-{1000 + n // 9000 % 9000}-{1000 + n % 9000}",
            f"株式会社{_name(_FIRST, _LAST, firm)[0]}商事{firm}",
            _DEPARTMENTS[n % 6], _TITLES[n % 5],
            f"{postal[:4]}{n % 7000:04}", prefecture, city, f"{town}{n % 40 + 1}-{n % 17 + 1}-{n % 9 + 1}",
            f"{1950 + n % 55}-{n % 12 + 1:02}-{n % 28 + 1:02}",
            _TAGS[n % 5],
        ]  # fmt: skip


def _name(first: str, last: str, n: int) -> tuple[str, str]:
    """One of several hundred names of two letters, and how it is read."""
    one, other = first.split(), last.split()
    front, back = one[n % len(one)], other[n // len(one) % len(other)]
    return front[0] + back[0], front[1:] + back[1:]


def promoted(rows: Iterable[list[str]]) -> Iterator[list[str]]:
    """The same people, each with another title."""
    place = HEADER.index("役職")
    for row in rows:
        yield [*row[:place], f"{row[place]}代理", *row[place + 1 :]]


def import_rows(count: int, resource: Resource, *, floor: Callable[[], float]) -> dict[str, Any]:
    """Try out and import `count` people in Shift_JIS, import them again, import them with a change in each row, take
    the changes back, write the same rows to the same table with nothing around it, and take the first import back.

    Returns seconds, rows a second and processor seconds of this process for the dry run and the first and the second
    (unchanged) import, how quick its last fifth was beside the one in its middle, the floor between the imports, rows a
    second of changes and of raw ones, and memory after a fifth of the rows and at last.
    """
    with _address_book(people(count)) as path:
        tried = _try_out(path, resource)
        first = _import(path, resource)
        floor_ms = floor()
        again = _import(path, resource)
    with _address_book(promoted(people(count))) as path:
        changed = _import(path, resource)
    restored = _take_back(changed.imported)
    raw, undone = _raw(resource, min(count, 20_000)), _take_back(first.imported)
    return {
        "rows": count,
        "created": first.imported.created_count,
        "rejected": first.imported.rejected_count,
        "unchanged_again": again.imported.unchanged_count,
        "seconds": round(first.seconds, 2),
        "processor_seconds": round(first.processor, 2),
        "rows_per_second": round(count / first.seconds),
        "pace_at_the_end": round(first.pace_at_the_end, 2),
        "floor_ms": floor_ms,
        "rows_per_second_unchanged": round(count / again.seconds),
        "changed": changed.imported.updated_count,
        "rows_per_second_changed": round(count / changed.seconds),
        "undo_changes": restored.counts["restored"],
        "undo_changes_per_second": round(restored.counts["restored"] / restored.seconds),
        "raw_rows_per_second": round(raw),
        "ratio_to_raw": round(raw / (count / first.seconds), 1),
        "memory_mb_early": round(first.memory[len(first.memory) // 5]),
        "memory_mb_end": round(first.memory[-1]),
        **_of_trial(count, tried),
        **_of_removal(undone),
    }


def _of_trial(count: int, tried: Timed) -> dict[str, Any]:
    return {
        "foreseen": tried.counts.get("create", 0),
        "dry_run_rows_per_second": round(count / tried.seconds),
        "dry_run_processor_seconds": round(tried.processor, 2),
        "dry_run_memory_mb": round(tried.memory[-1] - tried.memory[0]),
    }


def _of_removal(undone: Timed) -> dict[str, Any]:
    return {
        "undo_records": undone.counts["removed"],
        "undo_records_per_second": round(undone.counts["removed"] / undone.seconds),
        "undo_processor_seconds": round(undone.processor, 2),
        "undo_memory_mb": round(undone.memory[-1] - undone.memory[0]),
    }


@contextmanager
def _address_book(rows: Iterable[list[str]]) -> Iterator[str]:
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        with open(file.name, "w", encoding="cp932", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(HEADER)
            writer.writerows(rows)
        yield file.name


@dataclass
class Timed:
    """An import or a dry run, how long it took, and after each batch the time in seconds and the memory of this process
    in megabytes."""

    imported: Import
    counts: dict[str, int]
    seconds: float
    processor: float
    memory: list[float]
    moments: list[float] = field(default_factory=list)

    @property
    def pace_at_the_end(self) -> float:
        """How quick the last fifth of the batches was, as a multiple of the fifth in the middle: 1 where what is here
        already makes a batch no slower."""
        fifth = len(self.moments) // 5
        middle, end = self.moments[2 * fifth : 3 * fifth + 1], self.moments[-fifth - 1 :]
        return (middle[-1] - middle[0]) / (end[-1] - end[0]) if fifth else 1.0


def _try_out(path: str, resource: Resource) -> Timed:
    found = _taken_in(path, resource)
    memory = [_memory()]
    started, processor = time.perf_counter(), time.process_time()
    transfer.start_dry_run(actor=SYSTEM, imported=found, mapping=found.mapping, options=found.options, later=False)
    tried = transfer.run_dry_run(import_id=found.pk, tell=lambda tried: memory.append(_memory()))
    return Timed(found, tried.counts, time.perf_counter() - started, time.process_time() - processor, memory)


def _taken_in(path: str, resource: Resource) -> Import:
    with open(path, "rb") as file:
        return transfer.prepare_import(actor=SYSTEM, resource=resource, file=File(file), name="people.csv")


def _import(path: str, resource: Resource) -> Timed:
    found = _taken_in(path, resource)
    memory = [_memory()]
    started, processor = time.perf_counter(), time.process_time()
    moments = [started]

    def noted(imported: Import) -> None:
        memory.append(_memory())
        moments.append(time.perf_counter())

    transfer.start_import(actor=SYSTEM, imported=found, mapping=found.mapping, options=found.options, later=False)
    found = transfer.run_import(import_id=found.pk, tell=noted)
    seconds = time.perf_counter() - started
    return Timed(found, found.counts, seconds, time.process_time() - processor, memory, moments)


def _take_back(imported: Import) -> Timed:
    memory = [_memory()]
    started, processor = time.perf_counter(), time.process_time()
    transfer.start_undo(actor=SYSTEM, imported=imported, later=False)
    found = transfer.run_undo(import_id=imported.pk, tell=lambda found: memory.append(_memory()))
    counts = {"removed": found.removed_count, "restored": found.restored_count, "kept": found.kept_count}
    return Timed(imported, counts, time.perf_counter() - started, time.process_time() - processor, memory)


def _raw(resource: Resource, count: int) -> float:
    """Rows a second of a bare COPY (executemany on SQLite) into the same table with the same indexes."""
    model = resource.model
    records = list(model._default_manager.order_by("-pk")[:count])
    columns = model._meta.concrete_fields
    values = bulk.values_of(columns, records)
    with transaction.atomic():
        values[[column.primary_key for column in columns].index(True)] = list(bulk.allocate(model, len(records)))
        started = time.perf_counter()
        bulk.insert_columns(model, [column.column for column in columns], values)
        if connection.vendor == "postgresql":
            connection.check_constraints()
        seconds = time.perf_counter() - started
        transaction.set_rollback(True)
    return len(records) / seconds


def _memory() -> float:
    """Memory of this process in megabytes: its own, without the parts of SQLite's file that it looks at."""
    status = Path("/proc/self/status")
    if status.exists():
        own = next((line for line in status.read_text().splitlines() if line.startswith("RssAnon")), "")
        if own:
            return int(own.split()[1]) / 1024
    return usage.getrusage(usage.RUSAGE_SELF).ru_maxrss / 1024
