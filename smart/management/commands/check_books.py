"""Proves the books, line by line; ends with 1 when a proof fails."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from office.templatetags.house import euros
from smart import books
from smart.books import Figure


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        failed = 0
        for proof in books.proofs():
            failed += not proof.holds
            sign, mark = ("=", "ok") if proof.holds else ("≠", "NO")
            self.stdout.write(f"{mark}  {proof.title}")
            for term in proof.terms:
                self.stdout.write(f"      {shown(term)}")
            self.stdout.write(f"      {shown(proof.one)} {sign} {shown(proof.other)}")
        problems = books.problems()
        for problem in problems:
            self.stdout.write(f"NO  {problem}")
        if failed or problems:
            raise CommandError(f"{failed} proofs fail, {len(problems)} problems found")
        self.stdout.write("ok  the books prove themselves")


def shown(figure: Figure) -> str:
    """Label and value as people write them."""
    return f"{figure.label} {euros(figure.value) if figure.is_amount else figure.value}"
