"""What selling shows, module by module."""

from kizuna.domains.sales.resources import conversion, deals, forecast, quotes  # noqa: F401 - they declare themselves
