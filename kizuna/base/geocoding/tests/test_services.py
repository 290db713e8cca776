"""A geocoder is asked only where one is named, after the commit, once a second, and never against somebody's hand."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.utils import timezone

from kizuna.base.geocoding import finding, services
from kizuna.base.geocoding.jobs import find_places
from kizuna.base.jobs.inline import run_waiting
from kizuna.base.jobs.models import Job
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.types.addresses import Address
from kizuna.base.types.positions import ADDRESS, CITY, EXACT

YOKOHAMA = {"country": "JP", "region": "神奈川県", "city": "横浜市西区", "line1": "みなとみらい2-2-1"}
SEOUL = {"country": "KR", "region": "서울특별시", "city": "강남구"}
FOUND = [{"lat": "35.4557", "lon": "139.6317"}]


class Geocoder:
    """A server on this machine that answers what it is told, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.answer: Any = FOUND
        self.status = 200
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append({name: said[0] for name, said in parse_qs(urlsplit(self.path).query).items()})
                body = outer.answer if isinstance(outer.answer, bytes) else json.dumps(outer.answer).encode()
                self.send_response(outer.status)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_said) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/search"
        threading.Thread(target=self.server.serve_forever, args=[0.02], daemon=True).start()


@pytest.fixture
def geocoder(settings):
    found = Geocoder()
    settings.GEOCODER_URL = found.url
    yield found
    found.server.shutdown()
    found.server.server_close()


@pytest.fixture
def yoko(alice):
    def make(**values):
        cache.clear()
        values = {"family_name": "山本", "addresses": [YOKOHAMA], **values}
        return records.create(actor=alice, resource=registry.get("contact"), values=values)

    return make


def now(record):
    record.refresh_from_db()
    return record.position


def an_hour_later():
    cache.clear()
    Job.objects.filter(state="waiting").update(run_after=timezone.now())
    run_waiting()


def test_without_an_address_of_a_geocoder_nobody_is_asked(yoko):
    assert now(yoko()).precision == CITY
    assert not Job.objects.filter(name__contains="geocoding").exists()


def test_a_new_address_is_found_after_the_commit(geocoder, yoko):
    made = yoko()
    assert (made.position.precision, geocoder.asked) == (CITY, [])
    run_waiting()
    assert (str(now(made)), made.position.precision) == ("35.4557, 139.6317", ADDRESS)
    assert geocoder.asked[0]["countrycodes"] == "jp"
    assert "横浜市西区" in geocoder.asked[0]["q"]


def test_it_stays_until_the_address_changes(geocoder, yoko, alice):
    made = yoko()
    run_waiting()
    records.update(actor=alice, record=made, changes={"job_title": "Buyer"})
    assert now(made).precision == ADDRESS
    geocoder.answer = []
    records.update(actor=alice, record=made, changes={"addresses": [SEOUL]})
    cache.clear()
    run_waiting()
    assert now(made).precision == CITY
    assert len(geocoder.asked) == 2


def test_what_somebody_set_is_never_asked_about(geocoder, yoko):
    made = yoko(position="35, 139")
    run_waiting()
    assert (now(made).precision, geocoder.asked) == (EXACT, [])


def test_what_was_found_can_be_undone_and_has_its_history(geocoder, yoko, alice):
    made = yoko()
    run_waiting()
    made.refresh_from_db()
    assert records.undo(actor=alice, record=made, version=made.version).position.precision == CITY


def test_it_is_asked_once_a_second(geocoder, yoko, alice):
    first, second = yoko(), yoko()
    cache.clear()
    services.take_turn()
    assert services.take_turn() is False
    run_waiting()
    assert geocoder.asked == []
    waiting = Job.objects.filter(name__contains="geocoding", state="waiting")
    assert waiting.count() == 2
    assert {now(first).precision, now(second).precision} == {CITY}


def test_an_outage_of_hours_loses_no_address(geocoder, yoko):
    first, second = yoko(), yoko(addresses=[SEOUL])
    Job.objects.all().delete()
    find_places.enqueue(resource="contact", ids=[first.pk, second.pk])
    geocoder.status = 500
    for _hour in range(9):
        an_hour_later()
    assert set(Job.objects.filter(name__contains="geocoding").values_list("state", flat=True)) == {"done", "waiting"}
    geocoder.status = 200
    for _hour in range(3):
        an_hour_later()
    assert {now(first).precision, now(second).precision} == {ADDRESS}
    assert not Job.objects.filter(name__contains="geocoding", state="waiting").exists()


def test_a_geocoder_that_does_not_answer_is_left_alone_for_a_while(geocoder, yoko):
    people = [yoko().pk, yoko(addresses=[SEOUL]).pk]
    Job.objects.all().delete()
    geocoder.status = 500
    find_places.call(resource="contact", ids=people)
    assert (len(geocoder.asked), services.is_away()) == (1, True)
    waiting = Job.objects.order_by("pk").values_list("arguments", flat=True)
    assert [one["ids"] for one in waiting] == [people[:1], people[1:]]
    Job.objects.update(run_after=timezone.now())
    run_waiting()
    assert len(geocoder.asked) == 1
    assert set(Job.objects.values_list("state", flat=True)) == {"waiting"}


def test_what_goes_wrong_though_it_answers_is_given_up_soon(geocoder, yoko, monkeypatch):
    def fail(**_given):
        raise LookupError

    made = yoko()
    monkeypatch.setattr(services, "find_place", fail)
    for _hour in range(6):
        an_hour_later()
    assert Job.objects.get(name__contains="geocoding").state == "dead"
    assert now(made).precision == CITY


@pytest.mark.parametrize(("status", "answer"), [(500, []), (429, []), (200, b"<html>"), (200, {"lat": 1}), (200, [1])])
def test_a_geocoder_that_fails_is_asked_again_later(geocoder, status, answer):
    geocoder.status, geocoder.answer = status, answer
    with pytest.raises(finding.Unreachable):
        finding.find(Address.of(YOKOHAMA))


@pytest.mark.parametrize("place", [{}, {"lat": "north", "lon": "1"}, {"lat": "95", "lon": "1"}])
def test_a_place_that_is_none_is_left_aside(geocoder, place):
    geocoder.answer = [place]
    assert finding.find(Address.of(YOKOHAMA)) is None
