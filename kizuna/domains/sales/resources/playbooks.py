"""Playbooks, their steps and what customers answered, as every screen, API call and import sees them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kizuna.base.assignment.resources import TeamOfRule
from kizuna.base.identity.models import Role
from kizuna.base.resources import fields, registry
from kizuna.base.resources.lines import Lines
from kizuna.base.resources.reader import Reader
from kizuna.base.resources.registry import register
from kizuna.base.resources.resource import Resource, Section, TimelineEntry
from kizuna.customers.sequences import resources as sequences  # noqa: F401 - the sequence has to be there
from kizuna.domains.sales.models import Playbook, PlaybookAnswer, PlaybookStep, PlaybookTick
from kizuna.domains.sales.resources import deals  # noqa: F401 - the opportunity has to be there
from kizuna.domains.sales.services import checklists, playing

KIND_TONES = {PlaybookStep.Kind.CHECK: "warn", PlaybookStep.Kind.QUESTION: "info", PlaybookStep.Kind.TASK: "good"}


def role_choices() -> list[tuple[int, str]]:
    return [(role.pk, role.title) for role in Role.objects.order_by("pk")]


class RoleOfStep(TeamOfRule):
    """A role by its number, or its name."""


def planned(kind: str, days: str, assignee: str, role: str) -> str:
    """When a task is due, and whose it is where somebody is named."""
    if kind != PlaybookStep.Kind.TASK:
        return ""
    number = int(days or 0)
    words = ngettext("%(count)s working day", "%(count)s working days", number) % {"count": number}
    return " · ".join(filter(None, (words, assignee or role)))


class Plan(fields.InWords):
    """Of a task when it is due, and for whom; nothing of other steps."""

    def cell(self, value: tuple[str, ...], reader: Reader) -> fields.Cell:
        words = self.to_text(value, reader)
        return {"kind": "text", "text": words} if words else fields.EMPTY


@register
class Playbooks(Resource):
    model = Playbook
    purpose = _("What is ticked, asked, handed over and done while a deal is in a stage")
    icon = "notebook"
    composites = (fields.Relation("stage", _("stage"), target="stage", required=True),)
    columns = ("name", "stage", "is_active", "owner", "updated_at")
    facts = ("stage", "is_active")
    subtitle = ("stage",)
    search = ("name",)
    match_keys = ("name",)
    sort = "-updated_at"
    lines = Lines(
        "playbookstep.playbook",
        columns=("words", "kind", "is_needed", "plan"),
        asks=("kind", "words"),
        when=lambda playbook: not playbook.is_deleted,
    )
    sections = (Section(_("Playbook"), "name", "stage", "about", "is_active", "owner"),)


@register
class PlaybookSteps(Resource):
    model = PlaybookStep
    purpose = _("The checklist items, questions, documents and tasks of playbooks")
    icon = "list-check"
    title = "words"
    composites = (
        fields.Choice(
            "kind", _("kind"), choices=PlaybookStep.Kind.choices, default=PlaybookStep.Kind.CHECK, tones=KIND_TONES
        ),
        Plan("plan", _("task due after"), of=("kind", "due_days", "assignee__name", "role__name"), words=planned),
        RoleOfStep("role", _("for somebody with the role"), source=role_choices),
    )
    columns = ("words", "playbook", "kind", "is_needed", "plan", "position")
    facts = ("playbook", "kind", "is_needed", "due_days", "assignee", "role")
    subtitle = ("playbook",)
    sort = "position"
    sections = (
        Section(_("Step"), "playbook", "kind", "words", "details", "is_needed", "position"),
        Section(_("Document"), "link"),
        Section(_("Task"), "due_days", "assignee", "role"),
    )


def phrase_of(answer: PlaybookAnswer) -> str:
    """Who noted it, and what was asked."""
    question = answer.question.replace("%", "%%")
    return str(_("%(who)s noted an answer: %(question)s")) % {"who": "%(who)s", "question": question}


@register
class PlaybookAnswers(Resource):
    model = PlaybookAnswer
    purpose = _("What customers said to the questions of playbooks, deal by deal")
    icon = "message-question"
    title = "question"
    composites = (
        fields.Relation("opportunity", _("opportunity"), target="opportunity", required=True),
        fields.Relation("step", _("question"), target="playbookstep", required=True),
    )
    read_only = ("question",)
    operations = ("read", "create", "update", "delete", "bulk", "export", "share")
    columns = ("question", "answer", "opportunity", "updated_by", "updated_at")
    facts = ("opportunity", "updated_by", "updated_at")
    subtitle = ("opportunity",)
    sort = "-updated_at"
    search = ("question", "answer")
    sections = (Section(_("Answer"), "opportunity", "step", "answer", "owner"),)
    timeline = TimelineEntry(body="answer", phrase=phrase_of, at="updated_at", by="updated_by", is_written=False)


@register
class PlaybookTicks(Resource):
    model = PlaybookTick
    purpose = _("Which items of checklists were ticked in which deal, by whom and when")
    icon = "checkbox"
    title = "item"
    operations = ("read", "export")
    composites = (
        fields.Relation("opportunity", _("opportunity"), target="opportunity"),
        fields.Relation("step", _("item"), target="playbookstep"),
    )
    columns = ("item", "opportunity", "created_by", "created_at")
    facts = ("opportunity", "step", "created_by", "created_at")
    subtitle = ("opportunity",)
    sort = "-created_at"


registry.extend("opportunity", actions=(playing.enrol_opportunity, checklists.tick_item, checklists.untick_item))
