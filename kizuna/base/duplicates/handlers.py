"""What other rooms do to pairs."""

from __future__ import annotations

from kizuna.base.duplicates import services
from kizuna.base.events import on
from kizuna.base.merging.events import RecordsMerged


@on(RecordsMerged)
def forget_what_was_merged(event: RecordsMerged) -> None:
    services.forget(resource=event.resource, ids=event.others)
