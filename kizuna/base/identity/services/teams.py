"""The tree of teams. `path` is written here and nowhere else."""

from typing import Any

from django.db import transaction
from django.db.models import ProtectedError, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext_lazy as _

from kizuna.base.events import publish
from kizuna.base.identity import policies
from kizuna.base.identity.events import TeamCreated, TeamDeleted, TeamMoved, TeamRenamed
from kizuna.base.identity.models import Team
from kizuna.base.identity.models.teams import MAX_DEPTH
from kizuna.base.types import text
from kizuna.base.types.errors import Invalid, Refused, fill


@transaction.atomic
def create_team(*, actor: Any, name: str, parent: Team | None = None) -> Team:
    """Make a team, at the top or under `parent`.

    Raises Denied unless the actor may do everything, Invalid for a name that is empty or taken there, Refused when
    the tree would become deeper than 32.
    """
    policies.require_admin(actor)
    parent = _lock(parent) if parent else None
    team = Team(name=text.clean(name), parent=parent)
    _require_name(team)
    _require_shallow(parent, 1)
    team.save(force_insert=True)
    team.place_under(parent)
    team.save(update_fields=["path"])
    publish(TeamCreated(team_id=team.pk, parent_id=team.parent_id), by=actor)
    return team


@transaction.atomic
def rename_team(*, actor: Any, team: Team, name: str) -> None:
    """Give the team another name. Raises Denied, or Invalid for a name that is empty or taken there."""
    policies.require_admin(actor)
    stored = _lock(team)
    stored.name = text.clean(name)
    _require_name(stored)
    stored.save(update_fields=["name"])
    team.name = stored.name
    publish(TeamRenamed(team_id=team.pk), by=actor)


@transaction.atomic
def move_team(*, actor: Any, team: Team, parent: Team | None) -> None:
    """Hang the team, with every team under it, under `parent` (None: at the top).

    Raises Denied, Refused when `parent` is the team itself or under it or the tree would become deeper than 32,
    Invalid when a team of that name is already there.
    """
    policies.require_admin(actor)
    # The whole tree is locked: two moves at once could otherwise hang two teams under each other.
    tree = {row.pk: row for row in Team.objects.select_for_update().order_by("pk")}
    stored, above = tree[team.pk], tree[parent.pk] if parent else None
    if above and above.path.startswith(stored.path):
        raise Refused(_("A team cannot be part of itself or of a team under it."), field="parent")
    old_path, old_parent_id = stored.path, stored.parent_id
    deepest = max(row.depth for row in tree.values() if row.path.startswith(old_path))
    _require_shallow(above, deepest - stored.depth + 1)
    stored.place_under(above)
    _require_name(stored)
    Team.objects.filter(path__startswith=old_path).update(
        path=Concat(Value(stored.path), Substr("path", len(old_path) + 1))
    )
    stored.save(update_fields=["parent"])
    team.place_under(above)
    publish(TeamMoved(team_id=team.pk, old_parent_id=old_parent_id, new_parent_id=stored.parent_id), by=actor)


@transaction.atomic
def delete_team(*, actor: Any, team: Team) -> None:
    """Remove an empty team. Raises Denied, or Refused while people or teams are part of it or something is shared
    with it."""
    policies.require_admin(actor)
    stored = _lock(team)
    people, below = stored.members.count(), stored.children.count()
    if people or below:
        message = _("This team is not empty (people: %(people)d, teams: %(teams)d). Move them first.")
        raise Refused(fill(message, {"people": people, "teams": below}))
    try:
        stored.delete()
    except ProtectedError as error:
        message = _("Something is still shared with this team, such as a saved view. Share it otherwise first.")
        raise Refused(message) from error
    publish(TeamDeleted(team_id=team.pk), by=actor)


def _lock(team: Team) -> Team:
    return Team.objects.select_for_update().get(pk=team.pk)


def _require_name(team: Team) -> None:
    policies.require_valid(team, "name")
    if Team.objects.filter(parent=team.parent_id, name=team.name).exclude(pk=team.pk).exists():
        raise Invalid({"name": _("There is already a team of this name.")})


def _require_shallow(parent: Team | None, height: int) -> None:
    if (parent.depth if parent else 0) + height > MAX_DEPTH:
        raise Refused(fill(_("Teams can be nested %(depth)d deep at most."), {"depth": MAX_DEPTH}), field="parent")
