"""The table of rights: a cell is saved when it is chosen, and holds from the next click on."""

import pytest

from kizuna.base.access.models import FieldRule, Grant
from kizuna.base.identity.models import Role
from kizuna.base.resources import registry
from kizuna.base.testing.visiting import page_of, said


@pytest.fixture
def viewer(victor) -> Role:
    return Role.objects.get(code="viewer")


@pytest.fixture
def salesperson(haruto) -> Role:
    return Role.objects.get(code="salesperson")


def test_every_role_is_listed_with_how_many_people_have_it(alice, victor, visit):
    page = page_of(visit(alice).get("/settings/roles"))
    assert all(role.title in page for role in Role.objects.all())


def test_every_role_has_its_table(alice, visit):
    for role in Role.objects.all():
        assert visit(alice).get(f"/settings/roles/{role.pk}").status_code == 200


def test_a_right_is_saved_when_chosen_and_holds_at_once(alice, viewer, victor, visit):
    assert visit(victor).get("/contacts/new").status_code == 403
    right = {"resource": "contact", "operation": "create", "scope": "3"}
    answer = visit(alice).send(f"/settings/roles/{viewer.pk}/rights", **right)
    assert (answer.status_code, said(answer)) == (204, "Saved.")
    assert visit(victor).get("/contacts/new").status_code == 200
    assert visit(victor).get("/companies/new").status_code == 403


def test_a_right_goes_back_to_the_one_above(alice, viewer, victor, visit):
    visitor, url = visit(alice), f"/settings/roles/{viewer.pk}/rights"
    visitor.send(url, resource="contact", operation="read", scope="0")
    assert visit(victor).get("/contacts").status_code == 404
    visitor.send(url, resource="contact", operation="read", scope="")
    assert visit(victor).get("/contacts").status_code == 200
    assert not Grant.objects.filter(role=viewer, resource="contact").exists()


def test_own_records_can_be_given_together_with_those_of_ones_territories(alice, viewer, victor, visit):
    visitor, url = visit(alice), f"/settings/roles/{viewer.pk}/rights"
    visitor.send(url, resource="contact", operation="read", scope="1+territory")
    given = Grant.objects.get(role=viewer, resource="contact", operation="read")
    assert (given.scope, given.realm) == (1, "territory")
    page = page_of(visitor.get(f"/settings/roles/{viewer.pk}"))
    assert '<option value="1+territory" selected>Own and territories</option>' in page
    assert "records in the territories where this person works" in page
    for right in ({"resource": "task", "scope": "1+territory"}, {"resource": "contact", "scope": "3+territory"}):
        assert visitor.send(url, operation="read", **right).status_code == 422


def test_what_is_shown_is_what_holds(alice, viewer, visit):
    Grant.objects.create(role=viewer, resource="contact", operation="update", scope=1)
    page = page_of(visit(alice).get(f"/settings/roles/{viewer.pk}"))
    form = page.split('name="resource" value="contact"><input type="hidden" name="operation" value="update"')[1]
    assert '<option value="1" selected>' in form.split("</form>")[0]


@pytest.mark.parametrize(
    ("right", "status"),
    [
        ({"resource": "planet", "operation": "read", "scope": "3"}, 404),
        ({"resource": "contact", "operation": "devour", "scope": "3"}, 404),
        ({"resource": "", "operation": "", "scope": ""}, 404),
        ({"resource": "*", "operation": "devour", "scope": "3"}, 404),
        ({"resource": "contact", "operation": "read", "scope": "9"}, 422),
        ({"resource": "contact", "operation": "read", "scope": "all"}, 422),
    ],
)
def test_rights_that_make_no_sense_are_refused(alice, viewer, visit, right, status):
    before = list(Grant.objects.order_by("pk").values())
    assert visit(alice).send(f"/settings/roles/{viewer.pk}/rights", **right).status_code == status
    assert list(Grant.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("who", ["mika", "haruto"])
def test_nobody_else_gives_rights(request, viewer, visit, who):
    visitor = visit(request.getfixturevalue(who))
    right = {"resource": "*", "operation": "delete", "scope": "3"}
    assert visitor.send(f"/settings/roles/{viewer.pk}/rights", **right).status_code == 403
    assert visitor.send(f"/settings/roles/{viewer.pk}/fields/contact", field="name", access="hidden").status_code == 403
    assert visitor.get(f"/settings/roles/{viewer.pk}").status_code == 403


def test_a_hidden_field_is_gone_from_list_record_and_form(alice, salesperson, haruto, visit, person):
    yoko = person("山本", "陽子", owner=haruto, job_title="総務部長")
    his = visit(haruto)
    assert "総務部長" in page_of(his.get(f"/contacts/{yoko.pk}"))
    answer = visit(alice).send(f"/settings/roles/{salesperson.pk}/fields/contact", field="job_title", access="hidden")
    assert answer.status_code == 204
    assert "総務部長" not in page_of(his.get(f"/contacts/{yoko.pk}"))
    assert "総務部長" not in page_of(his.get(f"/contacts/{yoko.pk}/edit"))
    assert "総務部長" not in page_of(his.get("/contacts", columns="name,job_title"))
    assert his.get(f"/contacts/{yoko.pk}/fields/job_title").status_code == 404


def test_a_read_only_field_is_read_and_not_changed(alice, salesperson, haruto, visit, person):
    yoko = person("山本", "陽子", owner=haruto, job_title="総務部長")
    visit(alice).send(f"/settings/roles/{salesperson.pk}/fields/contact", field="job_title", access="read_only")
    his = visit(haruto)
    assert "総務部長" in page_of(his.get(f"/contacts/{yoko.pk}"))
    url = f"/contacts/{yoko.pk}/fields/job_title"
    assert his.send(url, job_title="社長", version=yoko.version).status_code == 403
    yoko.refresh_from_db()
    assert yoko.job_title == "総務部長"


def test_a_field_goes_back_to_see_and_change(alice, salesperson, visit):
    visitor, url = visit(alice), f"/settings/roles/{salesperson.pk}/fields/contact"
    visitor.send(url, field="job_title", access="hidden")
    visitor.send(url, field="job_title", access="")
    assert not FieldRule.objects.filter(role=salesperson).exists()


@pytest.mark.parametrize(
    ("rule", "status"),
    [
        ({"field": "shoe_size_of_the_dog", "access": "hidden"}, 404),
        ({}, 404),
        ({"field": "job_title", "access": "blurred"}, 422),
    ],
)
def test_field_rules_that_make_no_sense_are_refused(alice, viewer, visit, rule, status):
    assert visit(alice).send(f"/settings/roles/{viewer.pk}/fields/contact", **rule).status_code == status
    assert not FieldRule.objects.exists()


@pytest.mark.parametrize("path", ["/settings/roles/999999", "/settings/roles/{role}/fields/planet"])
def test_roles_and_kinds_that_do_not_exist_are_not_found(alice, viewer, visit, path):
    assert visit(alice).get(path.format(role=viewer.pk)).status_code == 404


# ── roles of one's own ──


def test_alice_adds_renames_and_deletes_a_role(alice, visit):
    visitor = visit(alice)
    visitor.post("/settings/roles", name="Store clerk", description="Serves at the counter.")
    clerk = Role.objects.get(name="Store clerk")
    assert clerk.title in page_of(visitor.get("/settings/people/new"))
    visitor.post(f"/settings/roles/{clerk.pk}", name="Cashier", description="")
    assert "Cashier" in page_of(visitor.get("/settings/roles"))
    answer = visitor.send(f"/settings/roles/{clerk.pk}/delete")
    assert answer["HX-Redirect"] == "/settings/roles"
    assert not Role.objects.filter(pk=clerk.pk).exists()


def test_a_role_without_a_name_is_said_beside_the_field_and_nothing_is_lost(alice, viewer, visit):
    for url in ("/settings/roles", f"/settings/roles/{viewer.pk}"):
        answer = visit(alice).post(url, name="", description="Serves at the counter.")
        assert answer.status_code == 422
        assert "k-error" in page_of(answer)
        assert "Serves at the counter." in page_of(answer)


def test_a_role_that_somebody_has_says_why_it_stays(alice, viewer, visit):
    assert f"settings/roles/{viewer.pk}/delete" not in page_of(visit(alice).get(f"/settings/roles/{viewer.pk}"))
    answer = visit(alice).send(f"/settings/roles/{viewer.pk}/delete")
    assert answer.status_code == 422
    assert "Kizuna brings this role" in said(answer)


def test_what_a_kind_of_record_does_not_have_is_a_dash_that_says_so(alice, viewer, visit, monkeypatch):
    monkeypatch.setattr(type(registry.get("contact")), "operations", ("read", "update"))
    page = page_of(visit(alice).get(f"/settings/roles/{viewer.pk}"))
    assert '<span class="k-quiet">Records of this kind do not have this.</span>' in page


def test_of_parts_a_right_says_whether_and_their_whole_how_far(alice, viewer, victor, visit):
    Grant.objects.create(role=viewer, resource="quoteline", operation="read", scope=1)
    visitor, url = visit(alice), f"/settings/roles/{viewer.pk}/rights"
    page = page_of(visitor.get(f"/settings/roles/{viewer.pk}"))
    assert '<option value="3" selected>As the quote</option>' in page
    right = {"resource": "quoteline", "operation": "read"}
    assert visitor.send(url, scope="2", **right).status_code == 422
    assert visitor.send(url, scope="0", **right).status_code == 204
    assert visit(victor).get("/quotelines").status_code == 404
