"""Fills an empty demo with a world; does nothing when there is one."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ledger.models import LegalEntity
from smart.demo import world


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.COOP_DEMO:
            raise CommandError("only the demo has a world to load")
        if LegalEntity.objects.exists():
            return
        started = time.monotonic()

        def say(text: str) -> None:
            self.stdout.write(f"  [{time.monotonic() - started:5.1f} s] {text}")
            self.stdout.flush()

        world.load(say)
