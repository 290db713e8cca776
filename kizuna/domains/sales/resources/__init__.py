"""What selling shows, module by module."""

from kizuna.domains.sales.resources import deals  # noqa: F401 - declares itself
