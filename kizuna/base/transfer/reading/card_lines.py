"""Properties of vCards from bytes: unfolded, unquoted, decoded, and of bounded length."""

from __future__ import annotations

import codecs
import quopri
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from kizuna.base.transfer.reading import problems
from kizuna.base.transfer.reading.lines import DAMAGE, ON_DAMAGE, Lines

MAX_PROPERTY = 1_000_000  # bytes
_READ = 1 << 16
_LEFT_OUT = re.compile(rb"(?:[\w-]+\.)?(?:PHOTO|LOGO|SOUND(?!;X-IRMC-N)|KEY|AGENT)[;:]", re.IGNORECASE)
"""Pictures and the like. Telephones of Japan write how a name is spoken as a sound."""
_PARTS = re.compile(r'((?:[^;:"]|"[^"]*")*)([;:])')
_VALUES = re.compile(r'"[^"]*"|[^,]+')
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_BREAKS = {"n": "\n", "N": "\n"}


@dataclass(slots=True)
class Property:
    """One line of a card. `text` is the value as it is written, with its escapes."""

    name: str
    text: str
    line: int
    group: str = ""
    params: dict[str, list[str]] = field(default_factory=dict)
    problem: Any = None

    @property
    def value(self) -> str:
        return unescaped(self.text)

    @property
    def types(self) -> list[str]:
        """In small letters; "type=work" and the bare "WORK" of version 2.1 are the same."""
        return [word.lower() for word in self.params.get("TYPE", ())]

    def parts(self, sign: str) -> list[str]:
        """The value cut at a sign that is not escaped."""
        return [unescaped(part).strip() for part in split(self.text, sign)]


def split(text: str, sign: str) -> list[str]:
    """Cut a value at a sign, except where a backslash stands before it."""
    if "\\" not in text:
        return text.split(sign)
    found, start, place = [], 0, 0
    while place < len(text):
        if text[place] == "\\":
            place += 2
            continue
        if text[place] == sign:
            found.append(text[start:place])
            start = place + 1
        place += 1
    return [*found, text[start:]]


def unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: _BREAKS.get(found[1], found[1]), text) if "\\" in text else text


def properties(file: BinaryIO, encoding: str) -> Iterator[Property]:
    """Every property of a file in turn. A picture is left out as it comes, a value without end is cut."""
    logical: list[bytes] = []
    size, start = 0, 0
    quoted = False
    for number, raw in physical_lines(file, encoding):
        line = raw.rstrip(b"\r\n")
        if quoted:
            follows = True
        else:
            follows = line[:1] in (b" ", b"\t") and bool(logical)
            line = line[1:] if follows else line
        if follows:
            size += len(line)
            if size <= MAX_PROPERTY:
                logical.append(line)
        else:
            yield from _property(logical, size, start, encoding)
            logical, size, start = [line], len(line), number
        # In quoted-printable a line goes on when it ends with the sign, and not by a blank before the next one.
        quoted = line.endswith(b"=") and b"QUOTED-PRINTABLE" in logical[0].partition(b":")[0].upper()
    yield from _property(logical, size, start, encoding)


def physical_lines(file: BinaryIO, encoding: str) -> Iterator[tuple[int, bytes]]:
    """Numbered lines as bytes in an encoding that has ASCII in it; long ones come in pieces that follow each other."""
    if not encoding.startswith("utf-16"):
        yield from _in_pieces(file)
        return
    lines = Lines(file, encoding)
    try:
        while line := lines.take():
            yield lines.number, line.encode("utf-8", "replace")
    finally:
        lines.release()


def _in_pieces(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    file.seek(0)
    number, is_rest = 0, False
    while piece := file.readline(_READ):
        number += not is_rest
        yield number, b" " + piece if is_rest else piece.removeprefix(codecs.BOM_UTF8) if number == 1 else piece
        is_rest = not piece.endswith(b"\n")


def _property(logical: list[bytes], size: int, line: int, encoding: str) -> Iterator[Property]:
    if not logical or not logical[0].strip() or _LEFT_OUT.match(logical[0]):
        return
    raw = b"".join(logical)
    head, _colon, _rest = raw.partition(b":")
    is_quoted = b"QUOTED-PRINTABLE" in head.upper()
    if is_quoted:
        raw = b"\n".join(logical)
    written = "utf-8" if encoding.startswith("utf-16") else encoding
    text = raw.decode("ascii" if is_quoted else written, ON_DAMAGE)
    parts, place = [], 0
    while found := _PARTS.match(text, place):
        parts.append(found[1])
        place = found.end()
        if found[2] == ":":
            break
    else:
        return  # a line without a value is none
    group, _dot, name = parts[0].rpartition(".")
    params = _params(parts[1:])
    value = text[place:]
    if is_quoted:
        value = _unquoted(value, (params.get("CHARSET") or [written])[0], written)
    elif charset := (params.get("CHARSET") or [""])[0]:
        value = _decoded(raw[len(text[:place].encode(written, "replace")) :], charset, written)
    problem = None
    if size > MAX_PROPERTY:
        value, problem = value[:1000], problems.above(problems.LONG_LINE, MAX_PROPERTY)
    elif DAMAGE in value:
        problem = problems.DAMAGED
    yield Property(name.strip().upper(), value.replace("\0", ""), line, group.lower(), params, problem)


def _params(parts: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for part in parts:
        name, sign, values = part.partition("=")
        if not sign:
            name, values = "TYPE", name  # version 2.1: TEL;WORK;FAX
        given = [value.strip('"') for value in _VALUES.findall(values)]
        if name.upper() == "TYPE":
            given = [word for value in given for word in value.split(",")]
        found.setdefault(name.strip().upper(), []).extend(given)
    return found


def _unquoted(value: str, charset: str, otherwise: str) -> str:
    """Quoted-printable: soft line ends go, the bytes are in the charset that the property names."""
    soft = re.sub(r"=[ \t]*\n[ \t]?", "", value).replace("\n", "")
    decoded = _decoded(quopri.decodestring(soft.encode("ascii", "replace")), charset, otherwise)
    # A quoted line end is a line end; backslashes before signs are still escapes.
    return decoded.replace("\r\n", "\n")


def _decoded(raw: bytes, charset: str, otherwise: str) -> str:
    name = otherwise
    with suppress(LookupError, ValueError):
        name = {"shift_jis": "cp932", "euc_kr": "cp949"}.get(found := codecs.lookup(charset).name, found)
    try:
        return raw.decode(name, ON_DAMAGE)
    except (LookupError, UnicodeError):  # a codec that is none of text, such as "base64"
        return raw.decode(otherwise, ON_DAMAGE)
