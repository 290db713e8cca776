"""What two records have in common, and how likely they are one."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kizuna.base.duplicates import weighing
from kizuna.base.duplicates.blocking import blocks
from kizuna.base.duplicates.comparing import LEVELS, Place, Portrait, compare
from kizuna.base.duplicates.scanning import search
from kizuna.base.duplicates.scratch import Scratch
from kizuna.base.duplicates.weighing import USUAL_OTHER, Weights

ANN = Portrait(
    names=(("ann", "berger"),),
    keys=(("emails", "ann@berger.example"),),
    born="19810412",
    places=(Place("lindenweg 3", "bonn", "53111"),),
    group="7",
)


def levels(one: Portrait, other: Portrait) -> dict[str, str | None]:
    found = zip(LEVELS.items(), compare(one, other), strict=True)
    return {aspect: None if level is None else words[level] for (aspect, words), level in found}


@pytest.mark.parametrize(
    ("name", "level"),
    [
        (("ann", "berger"), "same"),
        (("anne", "berger"), "alike"),
        (("ann", "bergr"), "spelt"),
        (("ann", "berger", "maria"), "alike"),
        (("berger",), "short"),
        (("ann", "schneider"), "part"),
        (("kenji", "mori"), "other"),
    ],
)
def test_names_are_as_alike_as_a_person_would_say(name: tuple[str, ...], level: str) -> None:
    assert levels(ANN, Portrait(names=(name,)))["name"] == level


def test_a_name_is_the_same_in_another_script_by_its_sound() -> None:
    written = Portrait(names=(("太郎", "田中"), ("たなか", "たろう"), ("tanaka", "taro")))
    assert levels(written, Portrait(names=(("tanaka", "taro"),)))["name"] == "same"


def test_kana_says_how_a_name_sounds_and_no_more() -> None:
    written = Portrait(names=(("太郎", "田中"), ("たなか", "たろう"), ("tanaka", "taro")))
    heard = Portrait(names=(("たなか", "たろう"), ("tanaka", "taro")))
    other = Portrait(names=(("たなか", "じろう"), ("jiro", "tanaka")))
    family = Portrait(names=(("たなか",),))
    assert [levels(written, one)["name"] for one in (heard, other, family)] == ["same", "part", "short"]
    assert [levels(heard, one)["name"] for one in (other, family)] == ["part", "short"]


def test_a_name_is_the_same_without_the_space_in_it() -> None:
    spaced = Portrait(names=(("太郎", "田中"),))
    assert [levels(spaced, Portrait(names=((name,),)))["name"] for name in ("田中太郎", "太郎田中")] == ["same"] * 2
    assert levels(spaced, Portrait(names=(("田中太",),)))["name"] == "other"
    assert set(blocks(spaced)) & set(blocks(Portrait(names=(("田中太郎",),))))


def test_names_of_one_sound_are_spelt_alike_and_names_of_nearly_one_sound_are_two() -> None:
    sato = Portrait(names=(("佐藤", "恵美"), ("さとう", "めぐみ"), ("megumi", "sato")))
    heard = Portrait(names=(("佐東", "恵美"), ("さとう", "めぐみ"), ("megumi", "sato")))
    saito = Portrait(names=(("恵美", "斉藤"), ("さいとう", "めぐみ"), ("megumi", "saito")))
    assert levels(sato, heard)["name"] == "spelt"
    assert levels(sato, saito)["name"] == "part"


def test_one_letter_of_a_short_script_is_another_name() -> None:
    assert levels(Portrait(names=(("太郎", "田中"),)), Portrait(names=(("太郎", "田口"),)))["name"] == "part"
    assert levels(Portrait(names=(("김민수",),)), Portrait(names=(("김민지",),)))["name"] == "other"


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("ann+shop@berger.example", "ann@berger.example", "alike"),
        ("a.berger@gmail.com", "aberger+shop@googlemail.com", "alike"),
        ("ann@berger.example", "anna@berger.example", "alike"),
        ("+819012345678", "09012345678", "alike"),
        ("+819012345678", "09012345679", "other"),
        ("1234", "01234", "other"),
    ],
)
def test_addresses_and_numbers_have_variants(one: str, other: str, level: str) -> None:
    first, second = (Portrait(keys=(("ways", key),)) for key in (one, other))
    assert levels(first, second)["key"] == level


def test_bob_is_robert() -> None:
    assert levels(Portrait(names=(("bob", "frost"),)), Portrait(names=(("frost", "robert"),)))["name"] == "spelt"


@pytest.mark.parametrize(
    ("born", "level"),
    [("19810412", "same"), ("19811204", "slip"), ("19810413", "slip"), ("19814012", "slip"), ("19550930", "other")],
)
def test_a_date_of_birth_survives_a_slip(born: str, level: str) -> None:
    assert levels(ANN, Portrait(born=born))["born"] == level


def test_what_one_of_them_lacks_says_nothing() -> None:
    assert set(levels(ANN, Portrait()).values()) == {None}
    assert Weights().certainty(compare(ANN, Portrait())) == pytest.approx(Weights().prior)


def test_a_street_is_the_same_whichever_part_is_written_first() -> None:
    other = Portrait(places=(Place("3 lindenweg", "bonn", "53111"),))
    assert levels(ANN, other)["place"] == "same"


def test_another_house_in_the_same_town_is_only_near() -> None:
    assert levels(ANN, Portrait(places=(Place("hauptstrasse 80", "bonn", "53111"),)))["place"] == "near"


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("三軒茶屋9-21-24", "三軒茶屋9-15-29", "near"),
        ("三軒茶屋1-1-2", "三軒茶屋1-2-1", "near"),
        ("三軒茶屋9-21-24", "三軒茶屋9丁目21番24号", "same"),
        ("三軒茶屋9-21-24", "三軒茶屋9-21-24-301", "same"),
        ("3/12 lindenweg", "lindenweg 12", "same"),
        ("lindenweg 12 flat 3", "flat 3 lindenweg 12", "same"),
        ("lindenweg 12 flat 3", "lindenweg 12 flat 5", "near"),
    ],
)
def test_a_house_is_all_of_its_numbers(one: str, other: str, level: str) -> None:
    first, second = (Portrait(places=(Place(line, "bonn", "53111"),)) for line in (one, other))
    assert levels(first, second)["place"] == levels(second, first)["place"] == level


def test_more_in_common_is_more_certain() -> None:
    name = Portrait(names=ANN.names)
    born = Portrait(names=ANN.names, born=ANN.born)
    everything = [Weights().certainty(compare(ANN, other)) for other in (name, born, ANN)]
    assert everything == sorted(everything)
    assert everything[0] < 0.5 < everything[1]


def test_the_same_name_says_less_among_more_people() -> None:
    same_name = compare(ANN, Portrait(names=ANN.names))
    few, many = (Weights(prior=weighing.prior_among(count)) for count in (100, 1_000_000))
    assert few.certainty(same_name) > many.certainty(same_name)


@pytest.mark.parametrize("name", [("berger", "karl"), ("kenji", "mori")])
def test_people_who_live_and_work_together_are_two(name: tuple[str, ...]) -> None:
    other = Portrait(names=(name,), keys=ANN.keys, places=ANN.places, group=ANN.group)
    assert Weights(prior=0.01).certainty(compare(ANN, other)) < 0.1


def test_who_took_another_name_is_known_by_birthday_and_address() -> None:
    married = Portrait(names=(("ann", "schmidt"),), born=ANN.born, places=ANN.places)
    assert Weights().certainty(compare(ANN, married)) > 0.9


def test_numbers_in_a_row_belong_to_neighbours() -> None:
    one, other = (Portrait(keys=(("phones", number),)) for number in ("+442079460026", "+442079460027"))
    assert levels(one, other)["key"] == "other"
    typed, slipped = (Portrait(keys=(("emails", text),)) for text in ("ann@berger.example", "an@berger.example"))
    assert levels(typed, slipped)["key"] == "alike"


words = st.text("abcdefghij", min_size=1, max_size=8)
portraits = st.builds(
    Portrait,
    names=st.lists(st.lists(words, min_size=1, max_size=3).map(lambda name: tuple(sorted(name))), max_size=2).map(
        tuple
    ),
    keys=st.lists(st.tuples(st.sampled_from(["emails", "phones"]), words), max_size=2).map(tuple),
    born=st.sampled_from(["", "19810412", "19550930"]),
    places=st.lists(st.builds(Place, words, words, words), max_size=2).map(tuple),
    group=st.sampled_from(["", "1", "2"]),
)


@given(portraits, portraits)
def test_it_makes_no_difference_who_is_compared_with_whom(one: Portrait, other: Portrait) -> None:
    assert compare(one, other) == compare(other, one)


@given(portraits)
def test_a_record_is_itself(one: Portrait) -> None:
    assert set(levels(one, one).values()) <= {"same", None}


# ── learning, on people whose truth is known ──

GIVEN = ("ann", "ben", "carla", "david", "eva", "finn", "greta", "hans", "ida", "jan", "kira", "leon", "mia", "noah")
FAMILY = ("berger", "mueller", "schmidt", "fischer", "weber", "wagner", "becker", "hoffmann", "koch", "richter", "wolf")
STREETS = ("lindenweg", "hauptstrasse", "bahnhofstrasse", "gartenweg", "schulstrasse", "bergweg")


def crowd(people: int, twice: int) -> tuple[list[Portrait], set[tuple[int, int]]]:
    """Made-up people, some of whom are there twice with slips; and which are."""
    draw = Random(7)
    found = [
        Portrait(
            names=(tuple(sorted((draw.choice(GIVEN), draw.choice(FAMILY) + draw.choice(["", "s", "er", "in"])))),),
            born=f"{draw.randrange(1940, 2005)}{draw.randrange(1, 13):02}{draw.randrange(1, 29):02}",
            places=(
                Place(f"{draw.choice(STREETS)} {draw.randrange(1, 90)}", "bonn", str(draw.randrange(53100, 53140))),
            ),
        )
        for _person in range(people)
    ]
    again = [_with_slips(found[number], draw) for number in range(twice)]
    return found + again, {(number, people + number) for number in range(twice)}


def _with_slips(one: Portrait, draw: Random) -> Portrait:
    first, second = one.names[0]
    place = draw.randrange(1, len(second))
    slipped = tuple(sorted((first, second[:place] + second[place + 1 :])))
    return Portrait(names=(slipped,), born=one.born if draw.random() < 0.8 else "", places=one.places)


def test_it_finds_people_who_are_there_twice_and_hardly_anybody_else() -> None:
    people, truth = crowd(1500, 300)
    with Scratch() as scratch:
        finding = search(enumerate(people), scratch)
        found = {(low, high) for low, high, _certainty in finding.pairs()}
    assert finding.records == 1800
    assert finding.compared < 40 * len(people)
    precision, recall = len(found & truth) / len(found), len(found & truth) / len(truth)
    assert 2 * precision * recall / (precision + recall) >= 0.97


def common(people: int, *, days: int, codes: int) -> list[Portrait]:
    """People of a hundred names, the first of which many bear, and each once more with another address."""
    draw = Random(3)
    names = [tuple(sorted((given, family))) for given in GIVEN[:10] for family in FAMILY[:10]]
    shares = [1 / rank for rank in range(1, len(names) + 1)]
    return [
        Portrait(names=(name,), keys=(("emails", f"{name}{who}@{where}.example"),), born=born, places=places)
        for who, name in enumerate(draw.choices(names, shares, k=people))
        for born in [f"19{draw.randrange(days) + 100_000}"]
        for places in [(Place(code=str(draw.randrange(codes))),)]
        for where in ("home", "work")
    ]


@pytest.mark.parametrize(("days", "codes", "share"), [(20_000, 5_000, 1.0), (2, 2, 0.0)])
def test_common_names_are_told_apart_by_days_and_codes_as_far_as_these_do(days, codes, share) -> None:
    with Scratch() as scratch:
        pairs = search(enumerate(common(300, days=days, codes=codes)), scratch).pairs()
        found = sum(high == low + 1 and low % 2 == 0 for low, high, _certainty in pairs)
    assert found / 300 == share


def test_the_same_search_finds_the_same() -> None:
    people, _truth = crowd(200, 40)
    runs = []
    for _run in range(2):
        with Scratch() as scratch:
            runs.append(list(search(enumerate(people), scratch).pairs()))
    assert runs[0] == runs[1]


@pytest.mark.parametrize("count", [0, 1])
def test_where_there_are_no_two_there_is_no_pair(count: int) -> None:
    with Scratch() as scratch:
        assert list(search([(1, ANN)][:count], scratch).pairs()) == []


def test_few_pairs_change_what_is_usual_only_little() -> None:
    one = weighing.learned({compare(ANN, ANN): 1})
    for learned, usual in zip(one.same, weighing.USUAL_SAME, strict=True):
        assert learned == pytest.approx(usual, abs=0.05)


def test_nothing_compared_teaches_nothing() -> None:
    assert weighing.learned({}).same == weighing.USUAL_SAME


def test_many_namesakes_do_not_outweigh_the_few_who_are_one() -> None:
    """A base of 20,000 has some ten thousand pairs of namesakes, and a few hundred people who are there twice."""
    same_all, name_alone, name_and_town = (1, 0, 0, 0, None), (1, None, 2, 3, None), (1, None, None, 2, None)
    other = weighing.shares_among([], (0, 22_000, 200_000_000))
    weights = weighing.learned({same_all: 500, name_alone: 40_000, name_and_town: 3_000}, other, records=20_000)
    assert weights.certainty(same_all) > 0.99
    assert weights.certainty(name_alone) < 0.01
    assert weights.certainty(name_and_town) < weighing.LIKELY
    assert weights.prior < 0.1 / 20_000


def test_a_name_like_it_is_no_stronger_reason_than_the_same_name() -> None:
    other = ((0.00005, 0.02, 0.00001, *USUAL_OTHER[0][3:]), *USUAL_OTHER[1:])  # hardly anybody is named alike by chance
    weights = Weights(other=other)
    same, spelt = ((level, None, None, None, None) for level in (1, 2))
    assert weights.certainty(spelt) <= weights.certainty(same)
