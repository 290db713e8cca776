"""A copy of everything, and nothing left."""

import io
import json
import zipfile

import pytest

from kizuna.base.collaboration import services as together
from kizuna.base.events.models import EventRow, Subject
from kizuna.base.files import services as files
from kizuna.base.files.models import Attachment
from kizuna.base.identity import SYSTEM
from kizuna.base.jobs import run_waiting
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.resources.models import Key
from kizuna.base.search import queries as search
from kizuna.base.types.errors import Denied
from kizuna.customers.consent import queries, services
from kizuna.customers.consent.models import Consent, Disclosure, Erasure
from kizuna.customers.consent.queries import Why
from kizuna.customers.consent.tests.conftest import person
from kizuna.customers.contacts.models import Contact
from kizuna.customers.contacts.models.relationships import Relationship


@pytest.fixture
def known(haruto, yoko, say, settings, tmp_path) -> Contact:
    """Yoko with a consent, a comment, a file, a friend and a past."""
    settings.MEDIA_ROOT = tmp_path
    say(yoko, "granted", note="On paper, in the red folder")
    records.update(actor=haruto, record=yoko, changes={"about": "Likes Zebrafisch and oak"})
    together.comment(actor=haruto, record=yoko, text="Called about the Zebrafisch lamp.")
    files.attach(actor=haruto, record=yoko, name="zebrafisch.txt", file=io.BytesIO(b"Zebrafisch"))
    values = {"from_contact": yoko.pk, "to_contact": person("佐藤").pk, "kind": "friend", "owner": haruto.pk}
    records.create(actor=SYSTEM, resource=registry.get("relationship"), values=values)
    return Contact.objects.get(pk=yoko.pk)


def test_a_copy_holds_everything_for_people_and_programs(alice, haruto, known, visit) -> None:
    with pytest.raises(Denied):
        services.disclose_person(actor=haruto, contact=known)
    assert visit(haruto).get(f"/contacts/{known.pk}/personal-data").status_code == 403
    visit(alice).post(f"/contacts/{known.pk}/personal-data", do="copy")
    run_waiting()
    made = Disclosure.objects.get()
    answer = visit(alice).get(f"/personal-data/{made.pk}.zip")
    packed = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    whole = json.loads(packed.read("everything.json"))
    assert {"contact", "history", "consent.consent", "collaboration.comment", "contacts.relationship"} <= whole.keys()
    assert "Zebrafisch" in packed.read("everything.html").decode()
    assert packed.read("files/1-zebrafisch.txt") == b"Zebrafisch"
    assert visit(haruto).get(f"/personal-data/{made.pk}.zip").status_code == 404


def test_who_is_erased_is_gone_from_everywhere_and_cannot_come_back(alice, haruto, known, visit) -> None:
    page = visit(alice).get(f"/contacts/{known.pk}/personal-data").content.decode()
    assert "As proof of what was agreed to" in page
    refused = visit(alice).post(f"/contacts/{known.pk}/personal-data", do="erase", confirmation="12")
    assert refused.status_code == 422
    assert Contact.objects.get(pk=known.pk).email
    visit(alice).post(f"/contacts/{known.pk}/personal-data", do="erase", confirmation=f"#{known.pk}")
    run_waiting()

    proof = Erasure.objects.get()
    assert (proof.state, proof.suppressed, len(proof.fingerprint)) == ("done", 1, 64)
    kept = {part["table"]: part["what"] for part in proof.parts}
    assert kept["consent.consent"] == "kept"
    assert kept["collaboration.comment"] == kept["contacts.relationship"] == kept["files.attachment"] == "erased"
    everything = [
        *Contact.objects.filter(pk=known.pk).values(),
        *Subject.objects.values_list("changes", flat=True),
        *EventRow.objects.values_list("data", flat=True),
        *Consent.objects.values(),
        *Erasure.objects.values(),
        *Key.objects.values_list("key", flat=True),
    ]
    told = str(everything).lower()
    for word in ("zebrafisch", "yoko", "山本", "red folder"):
        assert word not in told, word
    assert not Attachment.objects.exists()
    assert not Relationship.objects.exists()
    assert search.find(alice, "yoko") == []
    assert visit(alice).get(f"/contacts/{known.pk}").status_code in (200, 404)

    again = person("山本", "Yoko@aoba.example")
    answer = queries.decide(person=again, channel="email", purpose=queries.purpose_named("service"))
    assert Why.SUPPRESSED in answer.reasons
    assert services.run_erasure(by=SYSTEM, erasure_id=proof.pk) is False


def test_erasing_is_nobodys_right_who_was_not_given_it(haruto, mika, known) -> None:
    for actor in (haruto, mika):
        with pytest.raises(Denied):
            services.erase_person(actor=actor, contact=known)
    assert not Erasure.objects.exists()
