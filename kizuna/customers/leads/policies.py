"""What was said with a lead is a part of it."""

from __future__ import annotations

from kizuna.base.access import policy
from kizuna.customers.leads.models import LeadTouch

policy.part_of("lead", LeadTouch)
