"""What other rooms tell this one."""

from kizuna.base.events import on
from kizuna.base.identity.events import ProfileChanged
from kizuna.customers.timeline import services


@on(ProfileChanged, later=True)
def move_reminders(event: ProfileChanged) -> None:
    """Who lives in another zone now is reminded by the clocks there."""
    if "time_zone" in event.fields:
        services.expand_again(owner_id=event.user_id)
