"""What the cells of a row say: values of fields, and the keys by which the record may be known already."""

from kizuna.base.transfer.values.drafts import Draft, Drafts, Sources
from kizuna.base.transfer.values.options import Options

__all__ = ["Draft", "Drafts", "Options", "Sources"]
