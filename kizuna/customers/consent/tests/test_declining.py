"""Who opted out in another product stays out here."""

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import transaction

from kizuna.base.events import acting
from kizuna.base.jobs import run_waiting
from kizuna.base.resources import registry
from kizuna.base.transfer import remarks
from kizuna.base.transfer import services as transfer
from kizuna.base.transfer.models import DryRun, Import, Kept, Line, Undoing
from kizuna.customers.consent import queries
from kizuna.customers.consent.events import ConsentsDeclined
from kizuna.customers.consent.models import Consent, Source, Standing
from kizuna.customers.consent.queries import Why
from kizuna.customers.consent.tests.conftest import person
from kizuna.customers.contacts.models import Contact

SALESFORCE = """Id,FirstName,LastName,AccountId,Email,HasOptedOutOfEmail,DoNotCall,MailingStreet
003A,Yoko,Yamamoto,1,yoko@aoba.example,true,false,Ginza 1
003B,Haru,Sato,1,haru@aoba.example,false,false,Ginza 2
003C,Ken,Ito,1,ken@aoba.example,1,1,Ginza 3
003C,Ken,Ito,1,ken@aoba.example,1,1,Ginza 3
"""

HEADER = "Family name,E-mail,Email Opt Out\n"


@pytest.fixture(autouse=True)
def own_storage(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def drafted(alice: Any, text: str) -> Import:
    file = ContentFile(text.encode(), "people.csv")
    return transfer.prepare_import(actor=alice, resource=registry.get("contact"), file=file, name="people.csv")


def checked(alice: Any, draft: Import) -> DryRun:
    transfer.start_dry_run(actor=alice, imported=draft, mapping=draft.mapping, options=draft.options)
    run_waiting()
    return DryRun.objects.get(source=draft)


def brought_in(alice: Any, draft: Import, **options: Any) -> Import:
    transfer.start_import(actor=alice, imported=draft, mapping=draft.mapping, options=draft.options | options)
    run_waiting()
    return Import.objects.get(pk=draft.pk)


def has_not_refused(name: str) -> bool:
    person = Contact.objects.get(email=f"{name}@aoba.example")
    purpose = queries.purpose_named("newsletter")
    return Why.WITHDRAWN not in queries.decide(person=person, channel="email", purpose=purpose).reasons


def test_an_opt_out_of_another_product_is_a_no_here_and_the_check_counts_what_the_import_does(alice) -> None:
    draft = drafted(alice, SALESFORCE)
    assert {"no_email", "no_phone"} <= set(draft.mapping)
    foreseen = checked(alice, draft)
    done = brought_in(alice, draft)
    assert (foreseen.counts.get("create"), foreseen.counts.get("unchanged")) == (3, 1)
    assert (done.created_count, done.unchanged_count, done.updated_count) == (3, 1, 0)
    assert [has_not_refused(name) for name in ("yoko", "haru", "ken")] == [False, True, False]
    assert set(Consent.objects.values_list("source", flat=True)) == {Source.IMPORT}
    assert Standing.objects.filter(channel="phone").values_list("contact__email", flat=True).distinct().get()


def test_a_no_about_somebody_we_have_is_a_change_and_the_same_file_again_is_none(alice) -> None:
    plain = "Family name,E-mail\nIto,ken@aoba.example\nSato,haru@aoba.example\n"
    brought_in(alice, drafted(alice, plain))
    refused = f"{HEADER}Ito,ken@aoba.example,yes\nIto,ken@aoba.example,yes\nSato,haru@aoba.example,\n"
    draft = drafted(alice, refused)
    foreseen = checked(alice, draft)
    assert [line.reason for line in Line.objects.filter(source=draft)] == ["No advertising by e-mail"]
    done = brought_in(alice, draft)
    assert (foreseen.counts["update"], foreseen.counts["unchanged"]) == (1, 2)
    assert (done.updated_count, done.unchanged_count) == (1, 2)
    assert [has_not_refused(name) for name in ("ken", "haru")] == [False, True]
    said = Consent.objects.count()
    again = brought_in(alice, drafted(alice, refused))
    assert (again.updated_count, again.unchanged_count) == (0, 3)
    assert Consent.objects.count() == said


def test_what_one_row_said_of_somebody_is_no_news_ten_batches_later(alice) -> None:
    plain = "Family name,E-mail\nIto,ken@aoba.example\n"
    brought_in(alice, drafted(alice, plain))
    rows = "".join(f"Number{one},n{one}@aoba.example,yes\n" for one in range(3))
    again = "Ito,ken@aoba.example,yes\n"
    draft = drafted(alice, f"{HEADER}{again}{rows}{again}{rows}")
    transfer.start_dry_run(actor=alice, imported=draft, mapping=draft.mapping, options=draft.options, later=False)
    foreseen = transfer.run_dry_run(import_id=draft.pk, batch=1)
    assert (foreseen.counts["create"], foreseen.counts["update"], foreseen.counts["unchanged"]) == (3, 1, 4)


def test_a_list_of_unsubscribed_people_needs_no_column_for_it(alice) -> None:
    draft = drafted(alice, "Family name,E-mail\nIto,ken@aoba.example\n")
    brought_in(alice, draft, defaults={"no_email": "yes"})
    assert not has_not_refused("ken")


def test_the_opt_out_and_the_company_of_a_japanese_salesforce_are_known(alice) -> None:
    brought_in(alice, drafted(alice, "姓,メール,取引先名,メール送信除外\n山本,yoko@aoba.example,青葉商事,1\n"))
    assert Contact.objects.get(family_name="山本").company.name == "青葉商事"
    assert not has_not_refused("yoko")


def test_what_is_neither_yes_nor_no_is_rejected_and_nobody_is_taken_for_willing(alice) -> None:
    done = brought_in(alice, drafted(alice, f"{HEADER}Ito,ken@aoba.example,perhaps\n"))
    assert (done.created_count, done.rejected_count) == (0, 1)
    assert "Email Opt Out" in done.rejections.get().reason


def test_an_import_taken_back_takes_people_along_and_never_their_no_and_names_whose(alice, client) -> None:
    brought_in(alice, drafted(alice, "Family name,E-mail\nSato,haru@aoba.example\n"))
    done = brought_in(
        alice,
        drafted(alice, f"{HEADER}Ito,ken@aoba.example,yes\nSato,haru@aoba.example,yes\n"),
    )
    transfer.start_undo(actor=alice, imported=done)
    run_waiting()
    assert Contact.objects.get(email="ken@aoba.example").is_deleted
    assert not has_not_refused("haru")
    haru = Contact.objects.get(email="haru@aoba.example")
    assert (done.created_count, done.updated_count, Undoing.objects.get().kept_count) == (1, 1, 1)
    assert list(Kept.objects.values_list("record_id", "field", "now", "why")) == [
        (haru.pk, "no_email", True, "refused")
    ]
    client.force_login(alice)
    page = client.get(f"/contacts/import/{done.pk}/undo").content.decode()
    stays = page.split("What stayed, and why")[1]
    assert "Sato" in stays
    assert "“No advertising by e-mail”: Only they themselves take a no back." in stays
    brought_in(alice, drafted(alice, "Family name,E-mail\nIto,ken@aoba.example\n"))
    back = Contact.objects.live().get(email="ken@aoba.example")
    answer = queries.decide(person=back, channel="email", purpose=queries.purpose_named("newsletter"))
    assert Why.SUPPRESSED in answer.reasons


def test_a_file_says_no_for_hundreds_in_as_many_questions_as_for_a_few(
    alice, django_assert_max_num_queries, published
) -> None:
    several = [person(f"Sato {number}", f"sato{number}@aoba.example") for number in range(40)]
    neighbour = person("Tanaka", "sato7@aoba.example")
    (remark,) = [one for one in remarks.offered(registry.get("contact"), alice) if one.name == "no_email"]
    with transaction.atomic(), acting(alice), django_assert_max_num_queries(30):
        remark.keep(alice, [one.pk for one in several])
    offered = queries.offered()
    assert Consent.objects.count() == Standing.objects.count() == 40 * len(offered)
    assert remark.known([one.pk for one in several]) == {one.pk for one in several}
    assert len(published.of(ConsentsDeclined)) == 1
    newsletter = queries.purpose_named("newsletter")
    answers = {one: queries.decide(person=one, channel="email", purpose=newsletter) for one in several}
    assert {answer.reasons for answer in answers.values()} == {(Why.WITHDRAWN,)}
    assert Why.SUPPRESSED in queries.decide(person=neighbour, channel="email", purpose=newsletter).reasons
    assert not queries.allowed(Contact.objects.filter(pk=neighbour.pk), channel="email", purpose=newsletter)
    with transaction.atomic():
        remark.keep(alice, [one.pk for one in several])
    assert Consent.objects.count() == 40 * len(offered)


def test_who_takes_an_import_back_reads_that_a_no_stays(alice, client) -> None:
    done = brought_in(alice, drafted(alice, SALESFORCE))
    client.force_login(alice)
    page = f"/contacts/import/{done.pk}/undo"
    words = "“No advertising by e-mail” stays for everybody of whom the file said so"
    assert words in client.get(page).content.decode()
    client.post(page)
    run_waiting()
    assert words in client.get(page).content.decode()
    assert not Contact.objects.live().exists()
    assert not has_not_refused("ken")
