"""Who does not see a customer does not read what was written about them."""

from kizuna.customers.timeline.models import Note, Task


def test_a_note_about_a_hidden_contact_is_hidden(haruto, carol, victor, grant, make) -> None:
    grant(haruto, contact={"read": "own"}, company={"read": "all"}, note={"read": "all"})
    mine = make("contact", family_name="山本", owner=haruto)
    hers = make("contact", family_name="김", owner=carol)
    aoba = make("company", name="青葉建設", owner=carol)
    seen = [make("note", body="Mine.", contact=mine), make("note", body="Ours.", company=aoba)]
    make("note", body="Hers.", contact=hers)
    make("note", body="Hers, at a company that all see.", contact=hers, company=aoba)
    assert list(Note.objects.visible_to(haruto).order_by("pk")) == seen
    assert Note.objects.visible_to(victor).count() == 4


def test_a_task_about_a_hidden_company_is_hidden_even_from_who_should_do_it(haruto, carol, grant, make) -> None:
    grant(haruto, contact={"read": "all"}, company={"read": "own"}, task={"read": "own"})
    aoba, hanbit = make("company", name="青葉建設", owner=haruto), make("company", name="한빛호텔", owner=carol)
    seen = [make("task", title="Call", owner=haruto, company=aoba), make("task", title="Tidy up", owner=haruto)]
    make("task", title="Visit", owner=haruto, company=hanbit)
    assert list(Task.objects.visible_to(haruto).order_by("pk")) == seen


def test_who_sees_all_customers_pays_for_no_check(haruto, grant) -> None:
    grant(haruto, contact={"read": "all"}, company={"read": "all"}, note={"read": "all"}, task={"read": "team"})
    assert "EXISTS" not in str(Note.objects.visible_to(haruto).query)
    assert "EXISTS" not in str(Task.objects.visible_to(haruto).query)
