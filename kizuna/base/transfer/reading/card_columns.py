"""What the properties of a vCard are called as columns, and the cells that a card puts under them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from typing import Any

from kizuna.base.transfer.reading.card_lines import Property, split, unescaped
from kizuna.base.types import text

MOST_NUMBERED = 8
"""Columns of e-mail addresses, numbers and so on; what a card has beyond stands in the last one."""
NUMBERED = {
    "E-mail": ("EMAIL",),
    "Phone": ("TEL",),
    "Address": ("ADR",),
    "Website": ("URL",),
    "Handles": ("IMPP", "X-SOCIALPROFILE"),
}
"""Properties that come several times, by the word that begins their columns."""

_ADDRESS = ("Extended Address", "Street", "City", "Region", "Postal Code", "Country")
_ALONE = {
    "N": ("Last Name", "First Name", "Middle Name", "Name Prefix", "Name Suffix", "Phonetic Last Name",
          "Phonetic First Name"),
    "FN": ("Full Name",),
    "X-PHONETIC-LAST-NAME": ("Phonetic Last Name",),
    "X-PHONETIC-FIRST-NAME": ("Phonetic First Name",),
    "SORT-STRING": ("Phonetic Last Name", "Phonetic First Name"),
    "SOUND": ("Phonetic Last Name", "Phonetic First Name"),
    "NICKNAME": ("Nickname",),
    "ORG": ("Organization Name", "Organization Department"),
    "X-PHONETIC-ORG": ("Organization Reading",),
    "TITLE": ("Organization Title",),
    "ROLE": ("Organization Title",),
    "BDAY": ("Birthday", "Birthday without year"),
    "GENDER": ("Gender",),
    "LANG": ("Language",),
    "CATEGORIES": ("Labels",),
    "NOTE": ("Notes",),
    "UID": ("Kizuna UID",),
}  # fmt: skip
KNOWN = frozenset(_ALONE).union(*NUMBERED.values())
"""The properties that have columns."""
_ORDER = tuple(dict.fromkeys(name for names in _ALONE.values() for name in names))
_APPLE = re.compile(r"_\$!<(.*)>!\$_")
_LABELS = {"cell": "mobile", "x-mobile": "mobile", "x-other": "other", "main": "work", "iphone": "mobile"}
_KNOWN = ("fax", "mobile", "cell", "iphone", "x-mobile", "home", "work", "main", "other", "x-other")
_BETWEEN = " ::: "
_OWN_UID = "kizuna:"


def header_of(names: Collection[str], counts: dict[str, int]) -> list[str]:
    """The columns of a file that has these properties, and at most so many of the numbered ones in any card."""
    alone = {column for name in names for column in _ALONE.get(name, ())}
    found = [column for column in _ORDER if column in alone]
    for word, count in counts.items():
        for number in range(1, count + 1):
            found.append(f"{word} {number} - Label")
            parts = _ADDRESS if word == "Address" else ("Value",)
            found += [f"{word} {number} - {part}" for part in parts]
    return found


def cells_of(card: list[Property]) -> dict[str, str]:
    """What a card says, by column."""
    first: dict[str, Property] = {}
    for one in card:
        first.setdefault(one.name, one)
    found: dict[str, str] = {}
    for name, say in _SAY.items():
        if name in first:
            found |= {column: said for column, said in say(first[name]).items() if said}
    if found.get("Last Name") or found.get("First Name"):
        found.pop("Full Name", None)
    if notes := [one.value.strip() for one in card if one.name == "NOTE" and one.text.strip()]:
        found["Notes"] = "\n".join(dict.fromkeys(notes))
    if words := [part for one in card if one.name == "CATEGORIES" for part in one.parts(",") if part]:
        found["Labels"] = _BETWEEN.join(dict.fromkeys(words))
    labels = {one.group: one.value for one in card if one.name == "X-ABLABEL" and one.group}
    for word, names in NUMBERED.items():
        _number(found, word, [one for one in card if one.name in names and one.text.strip(" ;")], labels)
    return found


def _number(found: dict[str, str], word: str, given: list[Property], labels: dict[str, str]) -> None:
    """The preferred one first; what is too many goes into the last column."""
    for place, one in enumerate(sorted(given, key=_rank)):
        number = min(place + 1, MOST_NUMBERED)
        if word == "Address":
            if place < MOST_NUMBERED:
                found |= {f"{word} {number} - {part}": said for part, said in _address(one).items() if said}
        else:
            key, value = f"{word} {number} - Value", _reach(one)
            found[key] = f"{found[key]}{_BETWEEN}{value}" if place >= MOST_NUMBERED else value
        found.setdefault(f"{word} {number} - Label", _label(one, labels))


def _rank(one: Property) -> int:
    if "pref" in one.types:
        return 0
    preference = (one.params.get("PREF") or [""])[0]
    return int(preference) if preference.isascii() and preference.isdigit() and len(preference) < 4 else 1000


def _label(one: Property, labels: dict[str, str]) -> str:
    if one.name in ("IMPP", "X-SOCIALPROFILE"):
        scheme = one.value.partition(":")[0] if one.name == "IMPP" else ""
        return (one.params.get("X-SERVICE-TYPE") or one.types or [scheme])[0].lower()
    types = one.types
    word = next((known for known in _KNOWN if known in types), "")
    own = labels.get(one.group, "")
    return _LABELS.get(word, word) or (_APPLE.sub(r"\1", own) if own else "")


def _reach(one: Property) -> str:
    value = one.value.strip()
    if one.name == "TEL":
        return value.removeprefix("tel:")
    if one.name == "EMAIL":
        return value.removeprefix("mailto:")
    if one.name == "IMPP":
        return value.partition(":")[2] or value
    return value


def _address(one: Property) -> dict[str, str]:
    box, extended, street, city, region, postal, country = [*one.parts(";"), *[""] * 7][:7]
    return {
        "Street": ", ".join(part.replace("\n", ", ") for part in (box, street) if part),
        "Extended Address": extended.replace("\n", ", "),
        "City": city,
        "Region": region,
        "Postal Code": postal,
        "Country": country,
    }


def _name(one: Property) -> dict[str, str]:
    parts = [" ".join(part for part in _listed(written)) for written in _cut(one, ";", 5)]
    found = dict(zip(("Last Name", "First Name", "Middle Name", "Name Prefix", "Name Suffix"), parts, strict=True))
    return found | _sorted_as(",".join(one.params.get("SORT-AS", ())))


def _cut(one: Property, sign: str, count: int) -> list[str]:
    return [*split(one.text, sign), *[""] * count][:count]


def _listed(written: str) -> Iterable[str]:
    return [said for part in split(written, ",") if (said := unescaped(part).strip())]


def _sorted_as(written: str) -> dict[str, str]:
    """How a name is spoken, where it is sorted by that: kana, and not the family name once more."""
    if text.script(written) not in ("ja", "ko") or any("\u4e00" <= letter <= "\u9fff" for letter in written):
        return {}
    family, _sign, given = re.sub(r"[,、]\s*", " ", written.strip()).partition(" ")
    return {"Phonetic Last Name": family, "Phonetic First Name": given.strip()}


def _spoken(one: Property) -> dict[str, str]:
    """ "SOUND;X-IRMC-N:ヤマモト;ヨウコ;;;", or both in one part."""
    family, given, *_rest = [*one.parts(";"), ""]
    if not given:
        family, _sign, given = re.sub(r"[,、\u3000]\s*", " ", family).partition(" ")
    return {"Phonetic Last Name": family, "Phonetic First Name": given.strip()}


def _birthday(one: Property) -> dict[str, str]:
    written = one.value.strip()
    omitted = (one.params.get("X-APPLE-OMIT-YEAR") or [""])[0]
    day = re.match(r"(\d{4})-?(\d{2})-?(\d{2})", written)
    if day and day[1] != omitted:
        return {"Birthday": f"{day[1]}-{day[2]}-{day[3]}"}
    day = day or re.match(r"(--)(\d{2})-?(\d{2})", written)
    return {"Birthday without year": f"{day[2]}-{day[3]}"} if day else {"Birthday": written}


def _organisation(one: Property) -> dict[str, str]:
    company, *units = one.parts(";")
    return {"Organization Name": company, "Organization Department": " ".join(filter(None, units))} | (
        {"Organization Reading": reading} if (reading := ",".join(one.params.get("SORT-AS", ()))) else {}
    )


def _gender(one: Property) -> dict[str, str]:
    sex = one.text.partition(";")[0].strip().upper()
    return {"Gender": sex if sex in ("F", "M") else ""}


def _plain(column: str) -> Callable[[Property], dict[str, str]]:
    return lambda one: {column: one.value.strip()}


_SAY: dict[str, Callable[[Property], dict[str, Any]]] = {
    "SORT-STRING": lambda one: _sorted_as(one.value),
    "SOUND": _spoken,
    "N": _name,
    "FN": _plain("Full Name"),
    "X-PHONETIC-LAST-NAME": _plain("Phonetic Last Name"),
    "X-PHONETIC-FIRST-NAME": _plain("Phonetic First Name"),
    "NICKNAME": _plain("Nickname"),
    "ORG": _organisation,
    "X-PHONETIC-ORG": _plain("Organization Reading"),
    "ROLE": _plain("Organization Title"),
    "TITLE": _plain("Organization Title"),
    "BDAY": _birthday,
    "GENDER": _gender,
    "LANG": _plain("Language"),
    "UID": lambda one: (
        {"Kizuna UID": one.value.strip().removeprefix(_OWN_UID)} if one.value.strip().startswith(_OWN_UID) else {}
    ),
}
