"""`kizuna user`: let people in from the command line."""

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kizuna.base.events import acting
from kizuna.base.identity import services
from kizuna.base.identity.management.choices import role_of, team_of, user_of
from kizuna.base.identity.models import User
from kizuna.base.identity.system import SYSTEM
from kizuna.base.types.errors import Problem


class Command(BaseCommand):
    help = "Create people, list them, change their passwords."

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="verb", required=True)
        create = commands.add_parser("create", help="let somebody work with Kizuna")
        create.add_argument("--email", required=True, help="the address they sign in with")
        create.add_argument("--name", required=True)
        create.add_argument("--password", help="asked for when left out; - reads it from standard input")
        create.add_argument("--role", action="append", default=[], metavar="CODE", help="may be given several times")
        create.add_argument("--admin", action="store_true", help="may do everything")
        create.add_argument("--team", help="name or number of the team")
        create.add_argument("--language", default="en")
        create.add_argument("--time-zone", default="UTC")
        password = commands.add_parser("password", help="give somebody a new password")
        password.add_argument("--email", required=True)
        password.add_argument("--password", help="asked for when left out; - reads it from standard input")
        commands.add_parser("list", help="who works here")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        with acting(SYSTEM, via="command"):
            try:
                getattr(self, verb)(**options)
            except Problem as problem:
                raise CommandError(str(problem)) from problem

    def create(self, *, email: str, name: str, password: str | None, admin: bool, **options: Any) -> None:
        user = services.create_user(
            actor=SYSTEM,
            email=email,
            name=name,
            password=_password(password),
            roles=[role_of(code) for code in options["role"]],
            is_admin=admin,
            team=team_of(options["team"]) if options["team"] else None,
            language=options["language"],
            time_zone=options["time_zone"],
        )
        self.stdout.write(f"{user.name} can sign in as {user.email}.")

    def password(self, *, email: str, password: str | None, **options: Any) -> None:
        user = user_of(email)
        services.change_password(actor=SYSTEM, user=user, password=_password(password))
        self.stdout.write(f"{user.name} has a new password; all their sessions have ended.")

    def list(self, **options: Any) -> None:
        for user in User.objects.select_related("team").prefetch_related("roles"):
            notes = [str(user.team)] if user.team else []
            notes += [role.code or role.name for role in user.roles.all()]
            notes += ["may do everything"] if user.is_admin else []
            notes += [] if user.is_active else ["deactivated"]
            self.stdout.write(f"{user.email}\t{user.name}\t{', '.join(notes)}")


def _password(given: str | None) -> str:
    if given == "-":
        return sys.stdin.readline().rstrip("\r\n")
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise CommandError("Give --password; - reads it from standard input.")
    first = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != first:
        raise CommandError("The two passwords differ.")
    return first
