"""Records given to people by rules; rules put in order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kizuna.base.access import policy
from kizuna.base.access.permissions import prepare
from kizuna.base.assignment import kinds, queries
from kizuna.base.assignment.events import RecordsAssigned, RulesReordered
from kizuna.base.assignment.kinds import Candidate, Way
from kizuna.base.assignment.models import AssignmentMember, AssignmentRule, Turn
from kizuna.base.assignment.queries import FULL, NO_RULE, NOBODY, OWNER, UNSEEN, Decision
from kizuna.base.events import Touched, current_origin, publish
from kizuna.base.events.origin import originating
from kizuna.base.identity import SYSTEM
from kizuna.base.identity.models import User
from kizuna.base.records import services as records
from kizuna.base.resources import registry
from kizuna.base.types.errors import Refused

BATCH = 500


def assign(*, resource: str, ids: Sequence[int], dry_run: bool = False, anew: bool = False) -> list[Decision]:
    """Give each of these records that has no owner to whom the rules say; tells of each who got it and why.

    The rules of the kind are locked, so that two at once take turns. Nobody fits: the record stays where it is. With
    `dry_run` nothing is written, owners do not matter, and the turns stand where they stood. With `anew` those too
    are given out that have an owner, who stays where nobody is found.
    """
    found: list[Decision] = []
    for start in range(0, len(ids), BATCH):
        with transaction.atomic():
            batch = list(ids[start : start + BATCH])
            found += _assigned(resource, batch, dry_run=dry_run, anew=anew)
    return found


def _assigned(key: str, ids: list[int], *, dry_run: bool, anew: bool) -> list[Decision]:
    rows = AssignmentRule.objects.live().filter(kind=key, is_active=True).order_by("position", "pk")
    rules = list(rows if dry_run else rows.select_for_update(of=("self",)))
    model = registry.get(key).model
    known = model._default_manager.live().filter(pk__in=ids)
    if not dry_run:
        known = (known if anew else known.filter(owner=None)).order_by("pk").select_for_update(of=("self",))
    found = {record.pk: record for record in known}
    given = [found[pk] for pk in ids if pk in found]
    turns = _Round(key, rules, given)
    decisions = [turns.decide(record) for record in given]
    if not dry_run and decisions:
        _give(key, given, decisions, turns)
    return decisions


class _Round:
    """One round of decisions, in memory: what the rules, their members and their turns are, read once."""

    def __init__(self, key: str, rules: Sequence[AssignmentRule], given: Sequence[Any]) -> None:
        self.key, self.rules, self.given = key, rules, given
        ids = [record.pk for record in given]
        self.fitting = {rule.pk: queries.meeting(key, rule.condition, ids) for rule in rules}
        self.members = queries.members_of(rules)
        everyone = [member for found in self.members.values() for member in found]
        self.people = queries.people_of(everyone)
        self.allowed = {one.pk: queries.meeting(key, one.condition, ids) for one in everyone}
        self.owners = queries.owners_through(key, ids) if any(rule.keeps_owner for rule in rules) else {}
        known = {owner for found in self.owners.values() for owner in found}
        self.users = {one.pk: one for found in self.people.values() for one in found}
        self.near = self._who_is_near()
        self.users |= {one.pk: one for one in User.objects.filter(pk__in=known, is_active=True).select_related("team")}
        self.away = queries.absent(self.users.values())
        self.loads = defaultdict(int, queries.loads(key, self.users) if self._counts_load(everyone) else {})
        rows = Turn.objects.filter(rule__in=[rule.pk for rule in rules])
        self.credits = {(turn.rule_id, turn.user_id): turn.credit for turn in rows}
        self.taken: dict[tuple[int, int], int] = defaultdict(int)
        self.sees = self._who_sees()

    def _who_is_near(self) -> dict[str, Mapping[int, Sequence[Sequence[User]]]]:
        """What ways that need no members say of the records; the people become known."""
        ways = {way.code: way for rule in self.rules if (way := kinds.way_named(rule.way)) and way.people}
        found = {code: way.people(self.given) for code, way in ways.items() if way.people}
        for groups in found.values():
            self.users |= {one.pk: one for some in groups.values() for group in some for one in group}
        return found

    def _counts_load(self, members: Sequence[AssignmentMember]) -> bool:
        ways = [kinds.way_named(rule.way) for rule in self.rules]
        return any(way and way.counts_load for way in ways) or any(one.most is not None for one in members)

    def _who_sees(self) -> set[int]:
        """People who would see a record of this kind that is theirs: nobody gets what they cannot open."""
        model = registry.get(self.key).model
        people = [one for one in self.users.values() if one.pk not in self.away]
        prepare(people)
        found = set()
        for one in people:
            members = policy.owners_seen(one, model)
            if policy.permissions_of(one).can(self.key, "read") and (members is None or one.pk in members):
                found.add(one.pk)
        return found

    def decide(self, record: Any) -> Decision:
        for rule in self.rules:
            if record.pk in self.fitting[rule.pk]:
                return self._by_rule(rule, record)
        return Decision(record.pk, None, None, NO_RULE)

    def _by_rule(self, rule: AssignmentRule, record: Any) -> Decision:
        if rule.keeps_owner:
            for owner in self.owners.get(record.pk, ()):
                if owner in self.sees:
                    self.loads[owner] += 1
                    return Decision(record.pk, owner, rule.pk, OWNER)
        way = kinds.way_named(rule.way) or kinds.ROUND_ROBIN
        there, candidates = (self._nearest if way.people else self._candidates)(rule, record, way)
        if not candidates:
            why = NOBODY if not there else FULL if there & self.sees else UNSEEN
            return Decision(record.pk, None, rule.pk, why)
        chosen = way.choose(candidates, record)
        self._take_turn(rule, candidates, chosen)
        self.loads[chosen.user_id] += 1
        return Decision(record.pk, chosen.user_id, rule.pk, way.code)

    def _candidates(self, rule: AssignmentRule, record: Any, way: Way) -> tuple[set[int], list[Candidate]]:
        """Everybody of the rule who is there, and those of them who can have this record."""
        there: set[int] = set()
        found: dict[int, Candidate] = {}
        for place, member in enumerate(self.members.get(rule.pk, ())):
            weight = member.weight if way is not kinds.ROUND_ROBIN else 1
            for person in self.people[member.pk]:
                if person.pk in self.away:
                    continue
                there.add(person.pk)
                load = self.loads[person.pk]
                is_full = member.most is not None and load >= member.most
                if person.pk in found or is_full or record.pk not in self.allowed[member.pk]:
                    continue
                if person.pk in self.sees:
                    credit = self.credits.get((rule.pk, person.pk), 0)
                    found[person.pk] = Candidate(person.pk, weight, credit, load, place)
        return there, list(found.values())

    def _nearest(self, rule: AssignmentRule, record: Any, way: Way) -> tuple[set[int], list[Candidate]]:
        """The first group of which somebody can have this record."""
        there: set[int] = set()
        for group in self.near[way.code].get(record.pk, ()):
            present = [one.pk for one in group if one.pk not in self.away]
            there.update(present)
            found = [
                Candidate(pk, 1, self.credits.get((rule.pk, pk), 0), self.loads[pk], place)
                for place, pk in enumerate(present)
                if pk in self.sees
            ]
            if found:
                return there, found
        return there, []

    def _take_turn(self, rule: AssignmentRule, candidates: Sequence[Candidate], chosen: Candidate) -> None:
        """Smooth weighted turns: everybody who could have had it earns their weight, who gets it pays for all."""
        for one in candidates:
            self.credits[rule.pk, one.user_id] = one.credit + one.weight
        self.credits[rule.pk, chosen.user_id] -= sum(one.weight for one in candidates)
        self.taken[rule.pk, chosen.user_id] += 1


def _give(key: str, given: Sequence[Any], decisions: Sequence[Decision], turns: _Round) -> None:
    """One event that tells of all, then the owners as changes that it caused, and whose turn it is now."""
    resource = registry.get(key)
    told = RecordsAssigned(
        resource=key,
        ids=tuple(one.record_id for one in decisions),
        owners=tuple(one.owner_id for one in decisions),
        rules=tuple(one.rule_id for one in decisions),
        whys=tuple(one.why for one in decisions),
    )
    row = publish(told, subjects=[Touched(key, one.record_id) for one in decisions], by=SYSTEM)
    owners = {one.record_id: one.owner_id for one in decisions if one.owner_id}
    field = resource.fields["owner"]
    with originating(replace(current_origin(), cause_id=row.pk, depth=row.depth + 1)):
        batch = [(record, {field: owners[record.pk]}) for record in given if record.pk in owners]
        changed = records.change_each(actor=SYSTEM, resource=resource, batch=batch)
    for reason in changed.refused.values():
        raise Refused(reason)
    _keep_turns(turns)


def _keep_turns(turns: _Round) -> None:
    known = {(one.rule_id, one.user_id): one for one in Turn.objects.filter(rule__in=[one.pk for one in turns.rules])}
    fresh: list[Turn] = []
    changed: list[Turn] = []
    for (rule, user), credit in turns.credits.items():
        turn = known.get((rule, user)) or Turn(rule_id=rule, user_id=user)
        given = turns.taken.get((rule, user), 0)
        if turn.credit != credit or given or turn.pk is None:
            turn.credit, turn.given = credit, turn.given + given
            (changed if turn.pk else fresh).append(turn)
    Turn.objects.bulk_create(fresh)
    Turn.objects.bulk_update(changed, ["credit", "given"])


@transaction.atomic
def reorder_rules(*, actor: Any, kind: str, rules: Sequence[int]) -> None:
    """Ask the rules of a kind in this order: ids from first to last. Raises Refused when these are not all of them."""
    policy.check(actor, "update", AssignmentRule)
    known = {one.pk: one for one in AssignmentRule.objects.live().filter(kind=kind).select_for_update(of=("self",))}
    if sorted(known) != sorted(rules):
        raise Refused(_("The rules have changed in the meantime. Look at them again."))
    for position, pk in enumerate(rules, start=1):
        known[pk].position = position
    AssignmentRule.objects.bulk_update(known.values(), ["position"])
    told = RulesReordered(resource=kind, ids=tuple(rules))
    publish(told, subjects=[Touched("assignmentrule", pk) for pk in rules], by=actor)
