"""The tree of teams stays a tree, whatever is moved where."""

import pytest

from kizuna.base.identity import services
from kizuna.base.identity.events import TeamCreated, TeamDeleted, TeamMoved
from kizuna.base.identity.models import Team
from kizuna.base.identity.models.teams import MAX_DEPTH
from kizuna.base.types.errors import Denied, Invalid, Refused


@pytest.fixture
def tree(aiko):
    """Japan (Kanto (Tokyo, Yokohama), Kansai), Europe."""

    def plant(name, parent=None):
        return services.create_team(actor=aiko, name=name, parent=parent)

    japan, europe = plant("Japan"), plant("Europe")
    kanto = plant("Kanto", japan)
    teams = [japan, europe, kanto, plant("Kansai", japan), plant("Tokyo", kanto), plant("Yokohama", kanto)]
    return {team.name: team for team in teams}


def names(team):
    return {found.name for found in Team.objects.get(pk=team.pk).subtree()}


def test_a_team_is_planted_where_it_belongs(published, tree):
    japan, kanto, tokyo = (tree[name] for name in ("Japan", "Kanto", "Tokyo"))
    assert tokyo.path == f"{japan.pk}/{kanto.pk}/{tokyo.pk}/"
    assert names(japan) == {"Japan", "Kanto", "Kansai", "Tokyo", "Yokohama"}
    assert names(kanto) == {"Kanto", "Tokyo", "Yokohama"}
    assert names(tree["Europe"]) == {"Europe"}
    assert [event.parent_id for event in published.of(TeamCreated)][:3] == [None, None, japan.pk]


def test_a_team_moves_with_everything_under_it(aiko, tree, published, django_assert_max_num_queries):
    published.forget()
    with django_assert_max_num_queries(9):
        services.move_team(actor=aiko, team=tree["Kanto"], parent=tree["Europe"])
    assert names(tree["Europe"]) == {"Europe", "Kanto", "Tokyo", "Yokohama"}
    assert names(tree["Japan"]) == {"Japan", "Kansai"}
    tokyo = Team.objects.get(name="Tokyo")
    assert tokyo.path == f"{tree['Europe'].pk}/{tree['Kanto'].pk}/{tokyo.pk}/"
    moved = published.one(TeamMoved)
    assert (moved.old_parent_id, moved.new_parent_id) == (tree["Japan"].pk, tree["Europe"].pk)


def test_a_team_moves_to_the_top(aiko, tree):
    services.move_team(actor=aiko, team=tree["Kanto"], parent=None)
    assert Team.objects.get(name="Kanto").path == f"{tree['Kanto'].pk}/"
    assert names(tree["Kanto"]) == {"Kanto", "Tokyo", "Yokohama"}


@pytest.mark.parametrize("parent", ["Japan", "Kanto", "Tokyo"])
def test_a_team_cannot_hang_under_itself(aiko, tree, parent):
    before = dict(Team.objects.values_list("pk", "path"))
    with pytest.raises(Refused, match="part of itself"):
        services.move_team(actor=aiko, team=tree["Japan"], parent=tree[parent])
    assert dict(Team.objects.values_list("pk", "path")) == before


def test_a_stale_path_in_memory_does_no_harm(aiko, tree):
    stale = Team.objects.get(name="Tokyo")
    services.move_team(actor=aiko, team=tree["Kanto"], parent=tree["Europe"])
    osaka = services.create_team(actor=aiko, name="Annex", parent=stale)
    assert osaka.path.startswith(f"{tree['Europe'].pk}/{tree['Kanto'].pk}/{stale.pk}/")


def test_the_tree_does_not_grow_without_end(aiko):
    team = None
    for depth in range(MAX_DEPTH):
        team = services.create_team(actor=aiko, name=f"Level {depth}", parent=team)
    with pytest.raises(Refused, match="32 deep"):
        services.create_team(actor=aiko, name="Too deep", parent=team)
    couple = services.create_team(actor=aiko, name="Couple")
    services.create_team(actor=aiko, name="Child", parent=couple)
    with pytest.raises(Refused, match="32 deep"):
        services.move_team(actor=aiko, team=couple, parent=team.parent)


def test_siblings_have_different_names(aiko, tree):
    with pytest.raises(Invalid, match="already a team"):
        services.create_team(actor=aiko, name=" Europe ")
    with pytest.raises(Invalid, match="already a team"):
        services.create_team(actor=aiko, name="Kansai", parent=tree["Japan"])
    services.create_team(actor=aiko, name="Kansai", parent=tree["Europe"])
    with pytest.raises(Invalid, match="already a team"):
        services.move_team(actor=aiko, team=tree["Kansai"], parent=tree["Europe"])
    with pytest.raises(Invalid):
        services.rename_team(actor=aiko, team=tree["Kansai"], name="Kanto")
    services.rename_team(actor=aiko, team=tree["Kansai"], name="West")
    assert Team.objects.get(pk=tree["Kansai"].pk).name == "West"


def test_only_an_administrator_shapes_the_tree(ben, tree):
    for attempt in (
        lambda: services.create_team(actor=ben, name="Mine"),
        lambda: services.move_team(actor=ben, team=tree["Kanto"], parent=None),
        lambda: services.rename_team(actor=ben, team=tree["Kanto"], name="Mine"),
        lambda: services.delete_team(actor=ben, team=tree["Tokyo"]),
    ):
        with pytest.raises(Denied):
            attempt()


def test_an_empty_team_is_deleted(aiko, tree, published):
    services.delete_team(actor=aiko, team=tree["Tokyo"])
    assert names(tree["Kanto"]) == {"Kanto", "Yokohama"}
    assert published.one(TeamDeleted).team_id == tree["Tokyo"].pk


def test_a_team_with_people_or_teams_in_it_stays(aiko, ben, tree):
    services.update_profile(actor=aiko, user=ben, changes={"team": tree["Tokyo"]})
    for name in ("Tokyo", "Kanto"):
        with pytest.raises(Refused, match="not empty"):
            services.delete_team(actor=aiko, team=tree[name])
    assert names(tree["Kanto"]) == {"Kanto", "Tokyo", "Yokohama"}
