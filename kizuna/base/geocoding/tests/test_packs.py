"""Postal codes of a country, from the files of GeoNames: kept, asked, and used for the addresses that are there."""

import zipfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from kizuna.base.geocoding import packs
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.types import places, postal
from kizuna.base.types.positions import CITY, EXACT, POSTAL
from kizuna.base.types.postal import Place

JAPAN = [
    (
        "JP",
        "220-0004",
        "Kitasaiwai",
        "Kanagawa Ken",
        "14",
        "Yokohama Shi",
        "",
        "Nishi Ku",
        "",
        "35.4660",
        "139.6170",
        "",
    ),
    ("JP", "220-0012", "Minatomirai", "Kanagawa Ken", "14", "Yokohama Shi", "", "", "", "35.4570", "139.6320", "4"),
]
EUROPE = [
    ("DE", "79098", "Freiburg", "Baden-Württemberg", "BW", "", "", "", "", "47.9960", "7.8490", "4"),
    ("DE", "79098", "Freiburg", "Baden-Württemberg", "BW", "", "", "", "", "47.9980", "7.8510", "4"),
    ("DE", "21039", "Börnsen", "Schleswig-Holstein", "SH", "", "", "", "", "53.4700", "10.2700", "4"),
    ("DE", "21039", "Escheburg", "Schleswig-Holstein", "SH", "", "", "", "", "48.1000", "10.3000", "4"),
    ("GB", "SW1A", "London", "England", "ENG", "", "", "", "", "51.5010", "-0.1420", "4"),
]


@pytest.fixture(autouse=True)
def folder(tmp_path, settings, monkeypatch):
    settings.POSTAL_DIR = tmp_path / "postal"
    for kept in ("_providers", "_finders"):
        monkeypatch.setattr(postal, kept, {})
    monkeypatch.setattr(postal, "_japan", lambda: None)
    monkeypatch.setattr(packs, "_named_here", set())
    postal.find.cache_clear()
    yield settings.POSTAL_DIR
    postal.find.cache_clear()


def written(path: Path, *lines: tuple[str, ...]) -> Path:
    text = "".join("\t".join(line) + "\n" for line in lines)
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w") as packed:
            packed.writestr("readme.txt", "Licence: CC BY 4.0")
            packed.writestr(f"{path.stem}.txt", text)
    else:
        path.write_text(text, encoding="utf-8")
    return path


def learn(folder: Path, *lines: tuple[str, ...], name: str = "DE.txt") -> None:
    packs.store(written(folder.parent / name, *lines), folder)
    packs.register_all(folder)


def test_the_codes_of_several_countries_are_kept_and_found_however_they_are_typed(folder):
    counted = packs.store(written(folder.parent / "all.zip", *EUROPE, *JAPAN), folder)
    assert counted == {"DE": 4, "GB": 1, "JP": 2}
    assert packs.register_all(folder) == ["DE", "GB", "JP"]
    found = postal.find("JP", "〒２２０－０００４")
    assert found.position.millionths == (35_466_000, 139_617_000)
    assert found.city == ""  # a romanised name does not belong into a Japanese address
    assert postal.find("DE", "79098") == Place(
        "Baden-Württemberg", "Freiburg", "", found.position.of(47.997, 7.85, POSTAL)
    )
    assert postal.find("GB", "sw1a 2aa").position.lat == 51.501
    assert postal.find("DE", "79098-1") is None


def test_places_with_one_code_far_apart_say_what_they_share_and_no_position(folder):
    learn(folder, *EUROPE)
    assert postal.find("DE", "21039") == Place("Schleswig-Holstein")


def test_names_come_from_where_they_came_before(folder):
    postal.register("JP", lambda code: [Place("神奈川県", "横浜市西区", "北幸")] if code == "2200004" else [])
    learn(folder, *JAPAN, name="JP.txt")
    found = postal.find("JP", "220-0004")
    assert (found.region, found.city, found.position.precision) == ("神奈川県", "横浜市西区", POSTAL)


def test_a_newer_file_replaces_the_codes_of_its_country_alone(folder):
    learn(folder, *EUROPE)
    moved = ("DE", "79098", "Breisgau", "", "", "", "", "", "", "48.0", "7.9", "4")
    learn(folder, moved)
    assert (postal.find("DE", "79098").city, postal.find("DE", "79098").position.lat) == ("Breisgau", 48.0)
    assert postal.find("DE", "21039") is None
    assert postal.find("GB", "SW1A").position is not None


@pytest.mark.parametrize(
    "bad",
    ["", "no tabs here\n", "DE\t79098\n", "DE\t79098\tF\t\t\t\t\t\t\tnorth\t7.8\t4\n", "\x00\xff" * 50],
    ids=["empty", "words", "short", "no-number", "binary"],
)
def test_a_file_that_is_something_else_changes_nothing(folder, bad):
    learn(folder, *EUROPE)
    file = folder.parent / "bad.txt"
    file.write_text(bad, encoding="utf-8")
    with pytest.raises(CommandError, match=r"bad\.txt holds no postal codes"):
        call_command("postal", "load", str(file))
    assert postal.find("DE", "79098") is not None
    assert not list(folder.glob("*.new"))


def test_lines_that_cannot_be_read_are_counted_and_left_out(folder, capsys, db):
    file = written(
        folder.parent / "DE.txt", *EUROPE[:1], ("DE", "", "?"), ("DE", "1", "", "", "", "", "", "", "", "95", "7", "")
    )
    call_command("postal", "load", str(file))
    said = capsys.readouterr().out
    assert "DE: 1 postal codes" in said
    assert "2 lines could not be read" in said


def test_addresses_that_are_there_are_placed_by_their_codes_and_hands_are_left_alone(folder, alice, capsys):
    def company(name, code, **values):
        home = {"country": "JP", "region": "神奈川県", "city": "横浜市西区", "postal_code": code}
        values |= {"name": name, "addresses": [home]}
        return records.create(actor=alice, resource=registry.get("company"), values=values)

    near = company("北幸商店", "220-0004")
    unknown = company("無名商店", "220-9999")
    by_hand = company("手書商店", "220-0012", position="35.1, 139.1")
    assert near.position.precision == CITY
    call_command("postal", "load", str(written(folder.parent / "JP.zip", *JAPAN)))
    assert "companies: placed up to #" in capsys.readouterr().out
    for record in (near, unknown, by_hand):
        record.refresh_from_db()
    assert (near.position.precision, near.position.lat, near.version) == (POSTAL, 35.466, 1)
    assert unknown.position.precision == CITY
    assert (by_hand.position.precision, by_hand.position.lat) == (EXACT, 35.1)
    assert places.named("220-0012").precision == POSTAL
