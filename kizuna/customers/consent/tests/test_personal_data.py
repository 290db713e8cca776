"""A copy of everything, and nothing left."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from kizuna.base.collaboration import services as together
from kizuna.base.duplicates.models import Pair
from kizuna.base.events.models import EventRow, Subject
from kizuna.base.files import services as files
from kizuna.base.files.models import Attachment
from kizuna.base.identity import SYSTEM
from kizuna.base.jobs import run_waiting
from kizuna.base.jobs.models import Job
from kizuna.base.merging.models import Merge
from kizuna.base.merging.relations import every_relation_to
from kizuna.base.merging.services import merge_records, unmerge_records
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.resources.models import Key
from kizuna.base.search import queries as search
from kizuna.base.transfer import services as transfer
from kizuna.base.transfer.models import Import, Rejection
from kizuna.base.types import erasing as rules
from kizuna.base.types.errors import Denied, Refused
from kizuna.customers.consent import queries, services
from kizuna.customers.consent.jobs import disclose, erase
from kizuna.customers.consent.models import Consent, Disclosure, Erasure, Mark, Outreach
from kizuna.customers.consent.queries import Why
from kizuna.customers.consent.services import checking, erasing
from kizuna.customers.consent.tests.conftest import person
from kizuna.customers.contacts.models import Company, Contact
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


def test_a_copy_speaks_the_persons_language_and_forgets_no_side_of_a_relationship(alice, haruto, known) -> None:
    friend = Relationship.objects.get()
    values = {"from_contact": friend.to_contact_id, "to_contact": known.pk, "kind": "colleague", "owner": haruto.pk}
    records.create(actor=SYSTEM, resource=registry.get("relationship"), values=values)
    records.update(actor=haruto, record=Contact.objects.get(pk=known.pk), changes={"language": "ja"})
    services.disclose_person(actor=alice, contact=known)
    run_waiting()
    packed = zipfile.ZipFile(Disclosure.objects.get().file.path)
    whole = json.loads(packed.read("everything.json"))
    assert len(whole["contacts.relationship"]) == 2
    page = packed.read("everything.html").decode()
    assert '<html lang="ja">' in page
    for words in ("yoko@aoba.example", "佐藤", "On paper, in the red folder"):
        assert words in page
    assert "family_name" not in page
    assert "contact_id" not in page


def test_who_is_erased_is_gone_from_everywhere_and_cannot_come_back(alice, haruto, known, visit) -> None:
    page = visit(alice).get(f"/contacts/{known.pk}/personal-data").content.decode()
    assert "As proof of what was agreed to" in page
    refused = visit(alice).post(f"/contacts/{known.pk}/personal-data", do="erase", confirmation=f"#{known.pk + 1}")
    assert refused.status_code == 422
    assert Contact.objects.get(pk=known.pk).email
    services.record_outreach(contact=known, channel="email", purpose="service")
    visit(alice).post(f"/contacts/{known.pk}/personal-data", do="erase", confirmation=f"#{known.pk}")
    run_waiting()
    assert not Outreach.objects.exists()

    proof = Erasure.objects.get()
    assert (proof.state, proof.suppressed, len(proof.fingerprint)) == ("done", 1, 64)
    kept = {part["table"]: part["what"] for part in proof.parts}
    assert "consent.mark" not in kept  # the proof counts what there was, not what the erasure itself wrote
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


def test_the_proof_of_an_erasure_can_be_read_by_who_may_erase_and_names_nobody(alice, haruto, known, visit) -> None:
    services.erase_person(actor=alice, contact=known)
    assert "in the background" in visit(alice).get(f"/contacts/{known.pk}/personal-data").content.decode()
    run_waiting()
    page = visit(alice).get(f"/contacts/{known.pk}/personal-data").content.decode()
    for words in (Erasure.objects.get().fingerprint, "Consents", "Kept.", "Relationships", "Erased.", "Alice"):
        assert words in page, words
    assert "yoko" not in page
    assert "山本" not in page
    assert f"/contacts/{known.pk}/personal-data" in visit(alice).get(f"/contacts/{known.pk}/panels").content.decode()
    assert visit(haruto).get(f"/contacts/{known.pk}/personal-data").status_code == 404


def test_what_could_not_be_finished_says_so_and_can_be_asked_for_again(alice, known, visit) -> None:
    first = services.erase_person(actor=alice, contact=known)
    copy = services.disclose_person(actor=alice, contact=known)
    with pytest.raises(Refused, match="already"):
        services.erase_person(actor=alice, contact=known)
    Job.objects.filter(name__in=[erase.module_path, disclose.module_path]).update(state="dead")
    page = visit(alice).get(f"/contacts/{known.pk}/personal-data").content.decode()
    assert "it could not be finished" in page
    assert queries.is_given_up(copy)
    again = services.erase_person(actor=alice, contact=known)
    first.refresh_from_db()
    assert first.state == "failed"
    run_waiting()
    assert Erasure.objects.get(state="done") == again


def test_links_of_who_was_erased_show_and_keep_nothing_and_still_lead_out(alice, known) -> None:
    page, stranger = services.preference_url(known), Client()
    out = services.unsubscribe_url(known, queries.purpose_named("newsletter"), "email")
    erased(alice, known)
    kept = list(Consent.objects.values())
    for answer in (
        stranger.get(page),
        stranger.post(page, {"newsletter.email": "on"}),
        stranger.post(page, {"none": "1"}),
    ):
        assert answer.status_code == 404
    assert stranger.post(out, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert list(Consent.objects.values()) == kept


def test_who_was_erased_does_not_come_back_from_the_trash(alice, known, visit) -> None:
    erased(alice, known)
    other = person("田中")
    records.delete(actor=alice, record=other)
    page = visit(alice).get(f"/contacts/{known.pk}").content.decode()
    assert "This person was erased and cannot be brought back." in page
    assert f"/contacts/{known.pk}/restore" not in page
    with pytest.raises(Refused, match="erased"):
        records.restore(actor=alice, record=Contact.objects.get(pk=known.pk))
    both = Contact.objects.filter(pk__in=[known.pk, other.pk])
    assert records.restore_many(actor=alice, queryset=both) == 1
    assert list(both.live()) == [other]


def test_erasing_is_nobodys_right_who_was_not_given_it(haruto, mika, known) -> None:
    for actor in (haruto, mika):
        with pytest.raises(Denied):
            services.erase_person(actor=actor, contact=known)
    assert not Erasure.objects.exists()


def test_a_copy_goes_with_the_person_from_the_disk_too(alice, known, django_capture_on_commit_callbacks) -> None:
    services.disclose_person(actor=alice, contact=known)
    run_waiting()
    path = Disclosure.objects.get().file.path
    assert Path(path).exists()
    with django_capture_on_commit_callbacks(execute=True):
        erased(alice, known)
    assert not Path(path).exists()


def test_the_file_that_brought_somebody_goes_and_others_are_told_of(
    alice, settings, tmp_path, visit, django_capture_on_commit_callbacks
) -> None:
    settings.MEDIA_ROOT = tmp_path
    mine, other = (imported(alice, name) for name in ("yoko", "haru"))
    yoko = Contact.objects.get(email="yoko@aoba.example")
    page = visit(alice).get(f"/contacts/{yoko.pk}/personal-data").content.decode()
    assert "Files: Imports" in page
    assert "at the latest" in page
    with django_capture_on_commit_callbacks(execute=True):
        erased(alice, yoko)
    mine.refresh_from_db()
    assert not mine.file
    assert len(list(tmp_path.rglob("*.csv"))) == 1
    told = [part for part in Erasure.objects.get().parts if part["table"] == "transfer.import"]
    assert [(part["what"], part["count"]) for part in told] == [("erased", 1), ("kept", 1)]
    assert told[1]["until"] > other.created_at.date().isoformat()


def imported(alice, name: str) -> Import:
    file = ContentFile(f"Family name,E-mail\n{name},{name}@aoba.example\n".encode(), "people.csv")
    draft = transfer.prepare_import(actor=alice, resource=registry.get("contact"), file=file, name="people.csv")
    transfer.start_import(actor=alice, imported=draft, mapping=draft.mapping, options=draft.options)
    run_waiting()
    return Import.objects.get(pk=draft.pk)


def erased(alice, contact) -> None:
    services.erase_person(actor=alice, contact=contact)
    run_waiting()


def test_a_relation_of_ones_own_to_somebody_who_is_erased_is_let_go_at_once(alice, yoko, django_assert_num_queries):
    field = records.add_custom_field(
        actor=alice, resource=registry.get("company"), kind="relation", labels="Adviser", settings={"target": "contact"}
    )
    firms = registry.get("company")
    for number in range(3):
        records.create(actor=alice, resource=firms, values={"name": f"Firm {number}", field.name: yoko.pk})
    (part,) = [part for part in services.look_at_erasure(yoko.pk) if part.relation.number]
    with django_assert_num_queries(1):
        erasing._unlink(part.relation, part.relation.rows([yoko.pk]))
    assert {firm.custom.get(field.slot) for firm in Company.objects.all()} == {None}


def test_everything_an_erasure_touches_has_a_name_that_people_understand() -> None:
    for relation in every_relation_to("contact"):
        is_named = "verbose_name_plural" in relation.model._meta.original_attrs
        assert is_named or hasattr(relation.model, "rows_called"), relation.label


def test_pairs_go_whichever_of_the_two_is_erased(alice, yoko) -> None:
    first = person("山田", "y@aoba.example")
    low, high = sorted((yoko.pk, first.pk))
    Pair.objects.create(resource="contact", record_id=low, other_id=high, certainty=0.9)
    erased(alice, Contact.objects.get(pk=high))
    assert not Pair.objects.exists()


def test_who_was_merged_by_mistake_and_taken_out_again_is_erased_from_that_merge_too(alice, haruto, yoko) -> None:
    other = person("斑馬", "zebra@aoba.example", owner=haruto)
    contacts = registry.get("contact")
    merge = merge_records(actor=alice, resource=contacts, survivor=yoko, others=[other])
    assert isinstance(merge, Merge)
    unmerge_records(actor=alice, merge=merge)
    erased(alice, Contact.objects.get(pk=other.pk))
    told = str([*Merge.objects.values(), *Subject.objects.values_list("changes", flat=True)])
    for word in ("zebra", "斑馬"):
        assert word not in told, word
    assert Contact.objects.get(pk=yoko.pk).email == "yoko@aoba.example"


def test_who_was_merged_is_erased_with_what_they_were_known_by(alice, haruto, yoko) -> None:
    other = person("斑馬", "zebra@aoba.example", owner=haruto)
    chosen = {"emails": yoko.pk}
    merge_records(actor=alice, resource=registry.get("contact"), survivor=yoko, others=[other], choices=chosen)
    assert Key.objects.filter(record_id=other.pk, key="zebra@aoba.example").exists()
    erased(alice, Contact.objects.get(pk=yoko.pk))
    assert not Key.objects.filter(resource="contact", record_id__in=[yoko.pk, other.pk]).exists()
    assert not Mark.objects.filter(contact_id__in=[yoko.pk, other.pk]).exists()


def test_an_address_of_former_days_cannot_be_brought_back_either(alice, yoko) -> None:
    records.update(actor=alice, record=yoko, changes={"emails": ["new@aoba.example"], "phones": ["+819012345678"]})
    records.update(actor=alice, record=Contact.objects.get(pk=yoko.pk), changes={"phones": []})
    assert services.count_addresses(yoko.pk) == 3
    erased(alice, Contact.objects.get(pk=yoko.pk))
    assert Erasure.objects.get().suppressed == 3
    again = imported(alice, "yoko")
    assert again.counts["rejected"] == 1
    assert "erased on request" in str(Rejection.objects.get(source=again).reason)


def test_an_address_that_somebody_else_has_by_now_is_left_to_them(alice, haruto, yoko) -> None:
    other = person("斑馬", "zebra@aoba.example", owner=haruto)
    merge = merge_records(actor=alice, resource=registry.get("contact"), survivor=yoko, others=[other])
    assert isinstance(merge, Merge)
    records.update(actor=alice, record=Contact.objects.get(pk=yoko.pk), changes={"phones": ["+819012345678"]})
    unmerge_records(actor=alice, merge=merge)
    records.update(actor=alice, record=Contact.objects.get(pk=yoko.pk), changes={"emails": ["new@aoba.example"]})
    records.update(actor=alice, record=Contact.objects.get(pk=other.pk), changes={"phones": ["+819012345678"]})
    records.update(actor=alice, record=Contact.objects.get(pk=yoko.pk), changes={"phones": []})
    erased(alice, Contact.objects.get(pk=yoko.pk))
    answer = queries.decide(
        person=Contact.objects.get(pk=other.pk), channel="email", purpose=queries.purpose_named("service")
    )
    assert Why.SUPPRESSED not in answer.reasons
    assert Erasure.objects.get().suppressed == 2


def test_every_model_says_what_an_erasure_has_to_know() -> None:
    assert checking.check_erasing() == []
    wrong = type("Wrong", (), {"when_erased": {
        "nothing": rules.Erase(), "event": rules.Unlink(),
        "record_id": rules.Keep("", clear={"none": ""}),
    }, "when_merged": {}, "_meta": Subject._meta})  # fmt: skip
    said = "\n".join(checking.mistakes_of(wrong))
    for words in ("“record_id” stands beside", "no column", "cannot be empty", "clears “none”", "keeps “changes”"):
        assert words in said
