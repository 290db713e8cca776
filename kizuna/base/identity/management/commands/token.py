"""`kizuna token`: keys for programs."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from kizuna.base.events import acting
from kizuna.base.identity import services
from kizuna.base.identity.management.choices import user_of
from kizuna.base.identity.models import Token
from kizuna.base.identity.system import SYSTEM
from kizuna.base.types.errors import Problem
from kizuna.base.types.numbers import whole

MOST_DAYS = 36_500  # a hundred years: more is no date


def days(text: str) -> int:
    """So many days from now; argparse turns the ValueError into its own message."""
    number = int(text)
    if abs(number) > MOST_DAYS:
        raise ValueError(text)
    return number


class Command(BaseCommand):
    help = "Create, list and revoke tokens for the API."

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="verb", required=True)
        create = commands.add_parser("create", help="make a token and print its secret, once")
        create.add_argument("--user", required=True, metavar="EMAIL", help="in whose name the program acts")
        create.add_argument("--name", default="Command line", help="what it is for")
        create.add_argument("--days", type=days, help="how long it works; for ever when left out")
        listing = commands.add_parser("list", help="which tokens there are")
        listing.add_argument("--user", metavar="EMAIL")
        revoke = commands.add_parser("revoke", help="stop a token for good")
        revoke.add_argument("token", help="its number or the start of its secret, as `list` shows them")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        with acting(SYSTEM, via="command"):
            try:
                getattr(self, verb)(**options)
            except Problem as problem:
                raise CommandError(str(problem)) from problem

    def create(self, *, user: str, name: str, days: int | None, **options: Any) -> None:
        expires_at = None if days is None else timezone.now() + timedelta(days=days)
        _, secret = services.issue_token(actor=SYSTEM, user=user_of(user), name=name, expires_at=expires_at)
        self.stderr.write("Keep it now: it cannot be shown again.")
        self.stdout.write(secret)

    def list(self, *, user: str | None, **options: Any) -> None:
        tokens = Token.objects.select_related("user")
        for token in tokens.filter(user=user_of(user)) if user else tokens:
            used = f"used {token.last_used_at:%Y-%m-%d %H:%M}" if token.last_used_at else "never used"
            state = used if token.is_usable else "stopped"
            self.stdout.write(f"{token.pk}\t{token.prefix}…\t{token.user.email}\t{token.name}\t{state}")

    def revoke(self, *, token: str, **options: Any) -> None:
        pk = whole(token)
        found = Token.objects.filter(prefix=token[:12]) if pk is None else Token.objects.filter(pk=pk)
        if len(found) != 1:
            raise CommandError(f"{'No token' if not found else 'More than one token'} is {token}.")
        services.revoke_token(actor=SYSTEM, token=found[0])
        self.stdout.write(f"{found[0]} no longer works.")
