"""JSON lines as rows: each line one record, its lists and parts as columns ("emails.1", "emails.1.label").

Which columns there are is found by one pass over the file, since any line may have what no line before it had.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from typing import Any, BinaryIO

import msgspec

from kizuna.base.transfer.formulas import literal
from kizuna.base.transfer.reading import problems
from kizuna.base.transfer.reading.lines import DAMAGE, MAX_LINE, Lines
from kizuna.base.transfer.reading.problems import Unreadable
from kizuna.base.transfer.reading.rows import MAX_COLUMNS, Row

DEEPEST = 3
"""A field, a list of points in it, the parts of a point."""
MOST_ITEMS = 50
_BETWEEN = " ::: "
_DECODER = msgspec.json.Decoder(float_hook=str)


class _TooDeep(Exception):
    """A record holds more levels than any field takes."""


def rows(file: BinaryIO, encoding: str) -> Generator[Row]:
    """The header, then one row for each line that is not empty."""
    header: dict[str, int] = {}
    for _line, said, _problem in _lines(file, encoding):
        for name in said:
            header.setdefault(name, len(header))
        if len(header) > MAX_COLUMNS:
            raise Unreadable(problems.above(problems.TOO_MANY_COLUMNS, MAX_COLUMNS))
    if not header:
        raise Unreadable(problems.NO_RECORDS)
    yield Row(1, list(header))
    for line, said, problem in _lines(file, encoding):
        cells = [""] * len(header)
        for name, value in said.items():
            cells[header[name]] = value
        yield Row(line, cells, problem)


def _lines(file: BinaryIO, encoding: str) -> Iterator[tuple[int, dict[str, str], Any]]:
    """(number, cells by column, what is wrong) of each line."""
    lines = Lines(file, encoding)
    try:
        while line := lines.take():
            if bare := line.strip():
                said, problem = _read(bare)
                yield lines.number, said, problem
    finally:
        lines.release()


def _read(line: str) -> tuple[dict[str, str], Any]:
    if len(line) > MAX_LINE:
        return {}, problems.above(problems.LONG_LINE, MAX_LINE)
    try:
        record = _DECODER.decode(line)
    except (msgspec.DecodeError, RecursionError, ValueError) as error:
        return {}, problems.DAMAGED if DAMAGE in line else problems.because(problems.NO_JSON, error)
    if not isinstance(record, Mapping):
        return {}, problems.NO_OBJECT
    said: dict[str, str] = {}
    try:
        for name, value in record.items():
            _flatten(str(name), value, said, 1)
    except _TooDeep:
        return {}, problems.TOO_DEEP
    return said, problems.DAMAGED if DAMAGE in line else None


def _flatten(name: str, value: Any, said: dict[str, str], depth: int) -> None:
    if isinstance(value, Mapping) and depth <= DEEPEST:
        _flatten_parts(name, value, said, depth)
    elif isinstance(value, list) and depth <= DEEPEST:
        if any(isinstance(item, Mapping | list) for item in value):
            for number, item in enumerate(value[:MOST_ITEMS], 1):
                _flatten(f"{name}.{number}", item, said, depth + 1)
        elif value:  # an empty list has no columns: elsewhere it may be one of points, with several
            said[name] = _BETWEEN.join(_plain(item) for item in value if item is not None)
    elif isinstance(value, Mapping | list):
        raise _TooDeep
    else:
        said[name] = _plain(value)


def _flatten_parts(name: str, value: Mapping[str, Any], said: dict[str, str], depth: int) -> None:
    """Money is one value; the value of a point stands under the name of the point itself."""
    if value.keys() == {"amount", "currency"}:
        said[name] = f"{_plain(value['amount'])} {_plain(value['currency'])}"
        return
    for part, one in value.items():
        _flatten(name if part == "value" else f"{name}.{part}", one, said, depth + 1)


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else literal(str(value).replace("\0", ""))
