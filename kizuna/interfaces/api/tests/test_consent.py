"""A program asks before it writes to somebody, and tells us who must be left in peace."""

from kizuna.base.identity import SYSTEM
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.customers.consent import queries
from kizuna.customers.consent import services as consent
from kizuna.customers.consent.models import Suppression


def test_a_program_asks_whether_somebody_may_be_contacted(haruto, carol, mika, program) -> None:
    values = {"family_name": "山本", "emails": [{"value": "yoko@aoba.example"}], "owner": haruto.pk}
    yoko = records.create(actor=SYSTEM, resource=registry.get("contact"), values=values)
    asked = {"channel": "email", "purpose": "newsletter"}
    path = f"/contacts/{yoko.pk}/may-contact"
    answer = program(haruto).get(path, **asked).json()
    assert (answer["allowed"], [one["code"] for one in answer["reasons"]]) == (False, ["no_consent"])
    purpose = program(haruto).get("/purposes").json()["items"]
    number = next(one["id"] for one in purpose if one["name"] == "Newsletter")
    said = {"purpose": number, "channel": "email", "source": "phone"}
    assert program(haruto).post(f"/contacts/{yoko.pk}/actions/record_consent", said).status_code == 200
    assert program(haruto).get(path, **asked).json()["allowed"]
    (consent,) = program(haruto).get("/consents").json()["items"]
    assert (consent["state"], consent["contact"]["id"]) == ("granted", yoko.pk)
    assert program(haruto).patch(f"/consents/{consent['id']}", {"state": "withdrawn"}).status_code == 405
    assert program(carol).get("/consents").json()["items"] == []

    entry = {"channel": "email", "address": "YOKO@aoba.example", "reason": "complaint"}
    assert program(haruto).post("/suppress", entry).status_code == 403
    assert program(mika).post("/suppress", entry).status_code == 201
    assert Suppression.objects.count() == 1
    assert program(mika).post("/suppress", {"channel": "email"}).status_code == 422
    assert program(haruto).get(path, **asked).json()["reasons"][0]["code"] == "suppressed"

    assert program(carol).get(path, **asked).status_code == 404
    assert program(haruto).get(f"/companies/{yoko.pk}/may-contact", **asked).status_code == 404
    assert program(haruto).get(path, channel="pigeon", purpose="newsletter").status_code == 422
    assert program(haruto).get(path, channel="email").status_code == 422


def test_who_writes_an_erased_address_is_told(haruto, program) -> None:
    consent.put_on(by=haruto, way=queries.channel_named("email"), address="gone@aoba.example", reason="erased")
    api = program(haruto)
    made = api.post("/contacts", {"family_name": "Ito", "emails": ["Gone@aoba.example"]}).json()
    assert "erased on request" in made["notices"][0]
    asks = api.post("/leads/capture", {"lead": {"family_name": "Ito", "emails": ["gone@aoba.example"]}}).json()
    assert asks["notices"] == made["notices"]
    assert "notices" not in api.patch(f"/contacts/{made['id']}", {"job_title": "Buyer"}).json()
    assert "notices" not in api.post("/contacts", {"family_name": "Ito", "emails": ["ken@aoba.example"]}).json()


def test_a_contact_made_with_a_listed_number_is_answered_as_it_is_read(haruto, program) -> None:
    consent.put_on(by=haruto, way=queries.channel_named("phone"), address="+819012345678", reason="complaint")
    api = program(haruto)
    for phone, may_be_called in (("+81 90 1234 5678", False), ("+81 90 1234 5679", True)):
        values = {"family_name": "Ito", "phones": [phone], "addresses": [{"country": "JP", "city": "Tokyo"}]}
        made = api.post("/contacts", values).json()
        assert ("phone" in made["marketing_by"]) is may_be_called
        assert api.get(f"/contacts/{made['id']}").json() == made
