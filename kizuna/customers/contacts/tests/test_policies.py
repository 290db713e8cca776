"""A relationship tells about both ends, so it is seen by those who see both."""

from kizuna.customers.contacts.models import Relationship


def test_a_relationship_to_somebody_hidden_is_hidden(haruto, carol, alice, grant, person, relate) -> None:
    grant(haruto, contact={"read": "own"}, relationship={"read": "all"}, company={"read": "all"})
    mine, also_mine, hers = person("山本", owner=haruto), person("佐藤", owner=haruto), person("김", owner=carol)
    seen = relate(mine, "friend", also_mine)
    relate(mine, "friend", hers)
    relate(hers, "manager", also_mine)
    assert list(Relationship.objects.visible_to(haruto)) == [seen]
    assert Relationship.objects.visible_to(alice).count() == 3


def test_a_relationship_to_a_hidden_company_is_hidden(haruto, carol, grant, person, firm, relate) -> None:
    grant(haruto, contact={"read": "all"}, relationship={"read": "all"}, company={"read": "own"})
    yoko = person("山本", owner=haruto)
    seen = relate(yoko, "employee", firm("青葉建設", owner=haruto))
    relate(yoko, "adviser", firm("한빛호텔", owner=carol))
    assert list(Relationship.objects.visible_to(haruto)) == [seen]


def test_who_reads_all_contacts_and_companies_pays_for_no_check(haruto, grant) -> None:
    grant(haruto, contact={"read": "all"}, relationship={"read": "all"}, company={"read": "all"})
    assert "EXISTS" not in str(Relationship.objects.visible_to(haruto).query)
