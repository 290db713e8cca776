"""Positions: read once at the door, compared by whole numbers, measured along the sphere."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kizuna.base.types.errors import Malformed
from kizuna.base.types.positions import ADDRESS, CITY, EARTH_KM, MILLION, Circle, Position, across

TOKYO, SEOUL = Position.of(35.6812, 139.7671), Position.of(37.5547, 126.9707)

latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180)
positions = st.builds(Position.of, latitudes, longitudes)


@given(positions)
def test_a_position_is_normalised_once(one):
    again = Position.of(one.lat, one.lon)
    assert again == one
    assert Position.parse(str(one)) == one
    assert Position.from_millionths(*one.millionths) == one


@pytest.mark.parametrize(
    "typed",
    [
        "35.6812, 139.7671",
        "35.6812 139.7671",
        "  35.6812,139.7671 ",
        "３５．６８１２、１３９．７６７１",
        "35,6812; 139,7671",
        "geo:35.6812,139.7671",
        "35.6812°N 139.7671°E",
    ],
)
def test_the_usual_ways_to_write_it_are_understood(typed):
    assert Position.parse(typed) == TOKYO


def test_south_and_west_are_below_nothing():
    assert Position.parse("34.6037S 58.3816W") == Position.of(-34.6037, -58.3816)


@pytest.mark.parametrize(
    "typed", ["", "Tokyo", "35.6812", "35.6812, 139.7671, 5", "35.6.8, 139", "1e5, 3", "nan, 1", "٣٥, ١٣٩, x"]
)
def test_other_texts_are_refused_with_an_example(typed):
    with pytest.raises(Malformed, match=r"35\.6812, 139\.7671"):
        Position.parse(typed)


@pytest.mark.parametrize("lat", [90.1, -91, math.nan, math.inf, "north", None, True, 10**400])
def test_there_is_no_such_latitude(lat):
    with pytest.raises(Malformed, match="from -90 to 90"):
        Position.of(lat, 0)


@pytest.mark.parametrize("lon", [180.000001, -181, math.nan, "east", None])
def test_there_is_no_such_longitude(lon):
    with pytest.raises(Malformed, match="from -180 to 180"):
        Position.of(0, lon)


def test_the_180th_meridian_is_one_line_and_a_pole_one_point():
    assert Position.of(10, 180) == Position.of(10, -180)
    assert Position.of(90, 25) == Position.of(90, -130)


def test_what_a_geocoder_found_says_so():
    found = TOKYO.found_for("1a2b3c4d")
    assert (found.precision, found.basis, found.at(TOKYO), found.is_approximate) == (ADDRESS, "1a2b3c4d", True, False)
    assert Position.of(35, 139, CITY).is_approximate
    with pytest.raises(Malformed):
        Position.of(35, 139, "street")


def test_the_way_from_tokyo_to_seoul():
    assert TOKYO.km_to(SEOUL) == pytest.approx(1160, abs=5)


@given(positions, positions)
def test_a_way_is_as_long_back_and_never_longer_than_half_round_the_earth(one, other):
    assert one.km_to(other) == pytest.approx(other.km_to(one), abs=1e-6)
    assert 0 <= one.km_to(other) <= math.pi * EARTH_KM + 1e-6


@given(positions, st.floats(0.01, 20_000), positions)
def test_what_lies_in_a_circle_lies_in_a_box_around_it(centre, km, place):
    circle = Circle(centre, km)
    assume(place in circle)
    north, east = place.millionths
    assert any(s <= north <= n and w <= east <= e for s, w, n, e in circle.boxes)


@given(positions, st.floats(0.01, 20_000), st.floats(0, 360), st.floats(0, 1))
def test_places_near_the_rim_lie_in_the_boxes_too(centre, km, bearing, share):
    """Walked from the centre, so that small circles are met as well."""
    angle, lat, turn = km * share / EARTH_KM, math.radians(centre.lat), math.radians(bearing)
    sine = math.sin(lat) * math.cos(angle) + math.cos(lat) * math.sin(angle) * math.cos(turn)
    there = math.asin(max(-1.0, min(1.0, sine)))
    further = math.atan2(
        math.sin(turn) * math.sin(angle) * math.cos(lat), math.cos(angle) - math.sin(lat) * math.sin(there)
    )
    lon = (centre.lon + math.degrees(further) + 540) % 360 - 180
    place = Position.of(math.degrees(there), lon)
    circle = Circle(centre, km)
    assume(place in circle)
    north, east = place.millionths
    assert any(s <= north <= n and w <= east <= e for s, w, n, e in circle.boxes)


def test_a_box_across_the_180th_meridian_is_two():
    assert across(0, 170 * MILLION, MILLION, 190 * MILLION) == [
        (0, 170 * MILLION, MILLION, 180 * MILLION),
        (0, -180 * MILLION, MILLION, -170 * MILLION),
    ]
    assert across(0, -170 * MILLION, MILLION, 400 * MILLION) == [(0, -180 * MILLION, MILLION, 180 * MILLION)]
