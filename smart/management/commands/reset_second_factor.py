"""Unlink the app of a colleague when nobody of the administration can log in to do it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from members.actions import second_factors
from members.models import User
from office import clock
from office.actors import SYSTEM


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--reason", required=True, help="kept in the journal")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.staff().filter(email=options["email"].lower()).first()
        if user is None:
            raise CommandError("no colleague logs in with this address")
        second_factors.reset(user.pk, reason=options["reason"], by=SYSTEM, at=clock.now())
        self.stdout.write(f"{user.email}: the next login links another app")
