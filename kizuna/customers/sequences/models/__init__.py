"""Sequences and their steps, who goes through them, and the mails that they draft."""

from kizuna.customers.sequences.models.drafts import MailDraft
from kizuna.customers.sequences.models.enrolments import ACTIVE, Enrolment, StepTaken
from kizuna.customers.sequences.models.sequences import KNOWN, Sequence, SequencePlan, SequenceStep

__all__ = ["ACTIVE", "KNOWN", "Enrolment", "MailDraft", "Sequence", "SequencePlan", "SequenceStep", "StepTaken"]
