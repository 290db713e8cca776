"""What selling shows, module by module; they declare themselves."""

from kizuna.domains.sales.resources import conversion, deal_lines, deals, forecast, lessons, playbooks, quotes  # noqa: F401
