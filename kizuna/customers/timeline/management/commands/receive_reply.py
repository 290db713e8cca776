"""Read an answer to an invitation from a mail server's pipe."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from kizuna.customers.timeline.services import receive_reply
from kizuna.customers.timeline.services.invitations import LARGEST_MAIL


class Command(BaseCommand):
    help = "Read one mail from standard input; if it answers an invitation, keep the answer."

    def handle(self, *args: Any, **options: Any) -> None:
        attendee = receive_reply(sys.stdin.buffer.read(LARGEST_MAIL + 1))
        self.stdout.write(f"{attendee.status}" if attendee else "This mail answers no invitation.")
