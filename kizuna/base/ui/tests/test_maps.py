"""A list as a map: marks, clusters, circles, and who sees what of them."""

import json
import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.saved_views.models import SavedView
from kizuna.base.testing.library.models import Author
from kizuna.base.testing.visiting import page_of, said
from kizuna.base.types.positions import MILLION, Position
from kizuna.base.ui import maps
from kizuna.base.ui.maps import Window

pytestmark = pytest.mark.django_db

MAP = {"mode": "map", "by": "home"}
WORLD = {"box": "-85.06,-180,85.06,180", "zoom": "2"}
TOKYO, SEOUL, BERLIN = "35.6812, 139.7671", "37.5547, 126.9707", "52.52, 13.405"


@pytest.fixture
def settle(haruto):
    """Put an author of Haruto's on the map: `settle("Soseki", TOKYO)`."""

    def put(name, home=None, owner=None):
        values = {"name": name, "home": home, "owner": (owner or haruto).pk}
        return records.create(actor=haruto, resource=registry.get("author"), values=values)

    return put


def marks(answer):
    """(lat, lon, number, words) of every mark."""
    items = re.findall(r"<li data-place ([^>]*)>(.*?)</li>", page_of(answer), re.S)
    found = []
    for attributes, inner in items:
        told = dict(re.findall(r'data-(\w+)="([^"]*)"', attributes))
        words = " ".join(unescape(re.sub(r"<[^>]+>", " ", inner)).split())
        found.append((float(told["lat"]), float(told["lon"]), told.get("number", ""), words))
    return found


def total(answer):
    return re.findall(r"<h2[^>]*>(.*?)</h2>", page_of(answer))[0]


# ── what is shown ──


def test_a_map_is_offered_where_records_have_positions(haruto, visit):
    assert "mode=map" in page_of(visit(haruto).get("/authors"))
    assert "mode=map" not in page_of(visit(haruto).get("/books"))


def test_the_map_opens_on_all_of_them(settle, haruto, visit):
    settle("Soseki", TOKYO)
    settle("Kleist", BERLIN)
    settle("Nobody knows where")
    page = page_of(visit(haruto).get("/authors", **MAP))
    assert 'data-extent="35.6812,13.405,52.52,139.7671"' in page
    assert "/authors/map/places?mode=map" in page


def test_an_empty_map_says_what_gives_a_place(settle, haruto, visit):
    settle("Nobody knows where")
    page = page_of(visit(haruto).get("/authors", **MAP))
    assert "Nothing is on the map" in page
    assert "kizuna-map" not in page


def test_each_record_is_a_mark_with_its_name(settle, haruto, visit):
    settle("Soseki", TOKYO)
    settle("Kleist", BERLIN)
    answer = visit(haruto).ask("/authors/map/places", **MAP, **WORLD)
    assert sorted(marks(answer)) == [(35.6812, 139.7671, "", "Soseki"), (52.52, 13.405, "", "Kleist")]
    assert total(answer) == "2 in view"


def test_what_stands_close_together_is_gathered_and_comes_apart_nearer_by(settle, haruto, visit):
    settle("Soseki", TOKYO)
    settle("Ogai", "35.69, 139.77")
    his = visit(haruto)
    ((lat, lon, number, words),) = marks(his.ask("/authors/map/places", **MAP, **WORLD))
    assert (number, words) == ("2", "Soseki and 1 more")
    assert (lat, lon) == (pytest.approx(35.6856, abs=1e-4), pytest.approx(139.76855, abs=1e-4))
    near = his.ask("/authors/map/places", **MAP, box="35.67,139.75,35.70,139.80", zoom="15")
    assert [words for _lat, _lon, _number, words in marks(near)] == ["Soseki", "Ogai"]


def test_several_at_one_place_lead_to_a_list_of_them(settle, haruto, visit):
    settle("Soseki", TOKYO)
    settle("Ogai", TOKYO)
    settle("Kleist", BERLIN)
    his = visit(haruto)
    page = page_of(his.ask("/authors/map/places", **MAP, **WORLD))
    address = unescape(re.findall(r'<a href="([^"]*filter[^"]*)"', page)[0])
    listed = page_of(his.get(address))
    assert "Soseki" in listed
    assert "Ogai" in listed
    assert "Kleist" not in listed


def test_the_map_shows_what_the_list_shows(settle, haruto, visit):
    settle("Soseki", TOKYO)
    settle("Kleist", BERLIN)
    only = json.dumps({"field": "name", "op": "contains", "value": "Klei"})
    answer = visit(haruto).ask("/authors/map/places", **MAP, **WORLD, filter=only)
    assert [words for *_where, words in marks(answer)] == ["Kleist"]


def test_a_window_across_the_180th_meridian_shows_both_sides_beside_each_other(settle, haruto, visit):
    settle("Fiji", "-17.7, 178.0")
    settle("Samoa", "-13.8, -171.8")
    his = visit(haruto)
    beside = {"Fiji": (-17.7, 178.0), "Samoa": (-13.8, 188.2)}
    found = marks(his.ask("/authors/map/places", **MAP, box="-30,160,0,200", zoom="6"))
    assert {words: (lat, lon) for lat, lon, _number, words in found} == beside
    turned = marks(his.ask("/authors/map/places", **MAP, box="-30,-200,0,-160", zoom="6"))
    assert {words: (lat, lon + 360) for lat, lon, _number, words in turned} == beside


def test_the_poles_are_shown_at_the_edges(settle, haruto, visit):
    settle("North", "90, 0")
    settle("South", "-89, 10")
    found = marks(visit(haruto).ask("/authors/map/places", **MAP, **WORLD))
    assert {words for *_where, words in found} == {"North", "South"}


# ── who sees what ──


def test_strangers_count_for_nothing(settle, haruto, carol, visit):
    """Carol sees her own authors only: neither marks, numbers, extent nor names tell of others."""
    settle("Soseki", TOKYO)
    settle("Ogai", TOKYO)
    records.create(actor=carol, resource=registry.get("author"), values={"name": "Yi Sang", "home": SEOUL})
    hers = visit(carol)
    answer = hers.ask("/authors/map/places", **MAP, **WORLD)
    assert marks(answer) == [(37.5547, 126.9707, "", "Yi Sang")]
    assert total(answer) == "1 in view"
    assert 'data-extent="37.5547,126.9707,37.5547,126.9707"' in page_of(hers.get("/authors", **MAP))


def test_a_hidden_position_gives_no_map(settle, haruto, hide, visit):
    settle("Soseki", TOKYO)
    hide(haruto, "author", "home")
    his = visit(haruto)
    assert "mode=map" not in page_of(his.get("/authors"))
    page = page_of(his.get("/authors", **MAP))
    assert "This map cannot be shown" in page
    assert "139.7671" not in page
    assert his.ask("/authors/map/places", **MAP, **WORLD).status_code == 404


def test_who_may_not_see_authors_gets_no_map(settle, nobody, visit):
    settle("Soseki", TOKYO)
    assert visit(nobody).ask("/authors/map/places", **MAP, **WORLD).status_code == 404


# ── bad input ──


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"box": "1,2,3", "zoom": "3"},
        {"box": "a,b,c,d", "zoom": "3"},
        {"box": "nan,0,1,1", "zoom": "3"},
        {"box": "0,0,1,inf", "zoom": "3"},
        {"box": "10,0,5,1", "zoom": "3"},
        {"box": "0,9,1,3", "zoom": "3"},
        {"box": "0,0,1,1", "zoom": "near"},
    ],
)
def test_a_window_that_cannot_be_read_is_refused(settle, haruto, visit, asked):
    answer = visit(haruto).ask("/authors/map/places", **MAP, **asked)
    assert answer.status_code == 422
    assert "cannot be read" in said(answer)


@pytest.mark.parametrize("at", ["", "Tokyo", "95,0,3", "35,139", "35,139,x", "35,139,3,4", "nan,0,3"])
def test_a_middle_that_cannot_be_read_is_left_aside(settle, haruto, visit, at):
    settle("Soseki", TOKYO)
    assert "data-extent" in page_of(visit(haruto).get("/authors", **MAP, at=at))


@pytest.mark.parametrize("by", ["name", "owner", "gone"])
def test_a_field_that_is_no_position_is_told_with_ways_out(settle, haruto, visit, by):
    page = page_of(visit(haruto).get("/authors", mode="map", by=by))
    assert "This map cannot be shown" in page
    assert "By Home" in page


# ── circles ──


def test_a_drawn_circle_becomes_a_condition(settle, haruto, visit):
    settle("Soseki", TOKYO)
    settle("Kleist", BERLIN)
    his = visit(haruto)
    answer = his.ask("/authors/map/circle", **MAP, lat="35.6", lon="139.7", km="50")
    address = json.loads(answer.headers["HX-Location"])["path"]
    page = page_of(his.get(address))
    assert "50 km of 35.6, 139.7" in page
    assert 'data-circle data-lat="35.6" data-lon="139.7" data-km="50"' in page
    assert [
        words for *_where, words in marks(his.ask(address.replace("/authors", "/authors/map/places", 1), **WORLD))
    ] == []


def test_another_circle_takes_its_place_and_leaves_the_rest(settle, haruto, visit):
    name = {"field": "name", "op": "contains", "value": "o"}
    old = {"field": "home", "op": "within", "value": {"lat": 1, "lon": 1, "km": 1}}
    tree = json.dumps({"all": [old, name]})
    answer = visit(haruto).ask("/authors/map/circle", **MAP, filter=tree, lat="35.6", lon="139.7", km="50")
    address = unescape(json.loads(answer.headers["HX-Location"])["path"])
    page = page_of(visit(haruto).get(address))
    assert page.count("data-circle ") == 1
    assert "contains" in page


@pytest.mark.parametrize("circle", [{}, {"lat": "95", "lon": "0", "km": "1"}, {"lat": "0", "lon": "0", "km": "-1"}])
def test_a_circle_that_is_none_is_refused_in_words(haruto, visit, circle):
    answer = visit(haruto).ask("/authors/map/circle", **MAP, **circle)
    assert answer.status_code == 422
    assert said(answer)


# ── the budget ──


def test_a_map_takes_as_many_queries_for_many_records_as_for_few(settle, haruto, visit):
    his = visit(haruto)
    settle("Soseki", TOKYO)
    his.ask("/authors/map/places", **MAP, **WORLD)
    with CaptureQueriesContext(
        connection,
    ) as few:
        his.ask("/authors/map/places", **MAP, **WORLD)
    homes = [Position.of(lat, lon) for lat in range(-80, 80, 10) for lon in range(-175, 175, 10)]
    owner = Author.objects.get().owner
    Author.objects.bulk_create([Author(name=str(home), home=home, owner=owner) for home in homes])
    with CaptureQueriesContext(connection) as many:
        answer = his.ask("/authors/map/places", **MAP, **WORLD)
    assert len(many) == len(few)
    assert total(answer) == f"{len(homes) + 1} in view"
    assert len(marks(answer)) <= 1.5 * maps.MOST_CELLS


@pytest.mark.parametrize("zoom", [0, 3, 9, 15, 22, 99])
def test_there_are_never_too_many_cells(zoom):
    for box in ("-85.06,-180,85.06,180", "-90,-100000,90,100000", "35,139,36,140", "84,0,84.5,1"):
        window = Window.of({"box": box, "zoom": str(zoom)})
        height, width = window.cell
        across, up = (window.east - window.west) / width, (window.north - window.south) / height
        assert across * up <= 1.3 * maps.MOST_CELLS + 2
        assert window.east - window.west <= 360 * MILLION + 1


# ── views ──


def test_a_view_keeps_the_map(settle, haruto, visit):
    settle("Soseki", TOKYO)
    his = visit(haruto)
    his.send("/authors/views/new", at="/authors?mode=map&by=home", name="Where they lived", mode="map", by="home")
    view = SavedView.objects.get(name="Where they lived")
    assert (view.kind, view.settings) == ("map", {"by": "home"})
    assert "kizuna-map" in page_of(his.get("/authors", view=view.pk))
