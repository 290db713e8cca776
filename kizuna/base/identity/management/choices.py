"""What somebody typed on the command line, as the row it means."""

from django.core.management.base import CommandError

from kizuna.base.identity.models import Role, Team, User
from kizuna.base.identity.models.users import UserManager
from kizuna.base.types.numbers import whole


def user_of(email: str) -> User:
    """The user who signs in with this address. Raises CommandError when nobody does."""
    user = User.objects.filter(email=UserManager.normalize_email(email)).first()
    if user is None:
        raise CommandError(f"Nobody signs in as {email}.")
    return user


def active_user_of(email: str) -> User:
    """The user with this address, in whose name something is done. Raises CommandError when nobody works as that."""
    user = user_of(email)
    if not user.is_active:
        raise CommandError(f"{email} is deactivated.")
    return user


def role_of(code: str) -> Role:
    """The role with this code. Raises CommandError naming those there are."""
    role = Role.objects.filter(code=code).first()
    if role is None:
        codes = ", ".join(filter(None, Role.objects.values_list("code", flat=True)))
        raise CommandError(f"There is no role {code}. There are: {codes}.")
    return role


def team_of(text: str) -> Team:
    """The team with this number or name. Raises CommandError when there is none or more than one."""
    pk = whole(text)
    found = Team.objects.filter(name=text) if pk is None else Team.objects.filter(pk=pk)
    if len(found) != 1:
        raise CommandError(f"{'No team' if not found else 'More than one team'} is called {text}.")
    return found[0]
