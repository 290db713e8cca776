"""`kizuna openapi`: the description of the REST API on standard output."""

import json
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation

from kizuna.interfaces.api.openapi import document


class Command(BaseCommand):
    help = "Print the description of the REST API (OpenAPI 3.1, JSON)."

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("en"):
            self.stdout.write(json.dumps(document.current(), ensure_ascii=False, indent=2))
