"""What selling adds to leads: they become contacts, companies and opportunities."""

from __future__ import annotations

from kizuna.base.resources import registry
from kizuna.customers.leads import resources as leads  # noqa: F401 - the lead has to be there
from kizuna.domains.sales.services import conversion

registry.extend("lead", actions=(conversion.convert_lead, conversion.revert_conversion))
