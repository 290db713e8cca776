"""What identity tells this room."""

from kizuna.base.events import on
from kizuna.base.identity.events import PasswordChanged, UserDeactivated
from kizuna.base.notifications import services as notifications


@on(PasswordChanged)
@on(UserDeactivated)
def forget_browsers(event: PasswordChanged | UserDeactivated) -> None:
    """Where somebody is signed out, nothing is shown any more either."""
    notifications.remove_browsers(user_id=event.user_id)
