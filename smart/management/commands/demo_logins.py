"""Prints the logins of the demo."""

from typing import Any

from django.core.management.base import BaseCommand

from smart.demo import cast

LOGINS = (
    ("Ana", cast.ANA.email, "works through the cooperative, in French"),
    ("Bruno", cast.BRUNO.email, "the same, in Dutch, with Emma in his activity"),
    ("Elise", cast.ELISE.email, "desk: advises members"),
    ("Carla", cast.CARLA.email, "desk: pay"),
    ("Denis", cast.DENIS.email, "desk: finance, signs contracts"),
    ("Nadia", cast.ADMIN.email, "desk: administrates"),
)


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"  Password of all   {cast.PASSWORD}")
        for name, email, what in LOGINS:
            self.stdout.write(f"  {name:<17} {email:<26} {what}")
