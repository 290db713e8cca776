"""Make one record of several, and several of one: `from kizuna.base.merging import services as merging`."""

from kizuna.base.merging.services.forgetting import forget_images
from kizuna.base.merging.services.former_keys import keep_former_keys
from kizuna.base.merging.services.merging import merge_records
from kizuna.base.merging.services.unmerging import kept_since, unmerge_records

__all__ = ["forget_images", "keep_former_keys", "kept_since", "merge_records", "unmerge_records"]
