"""Every form that takes a file, given what nobody should send. A new one breaks this until it is
filled in.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model

from members.models import IdentityCorrection, PersonalPaper
from office import documents, vault
from office.models import Document, SealedFile
from orders.models import Order, Receipt
from tests import files, world
from tests.scenarios.test_bad_input import FORBIDDEN
from tests.scenarios.town import Town

pytestmark = [pytest.mark.usefixtures("each_test_alone"), pytest.mark.uncounted]

ROOMS = {"office", "ledger", "members", "invoicing", "payroll", "orders", "smart"}
NAMES = ("carte.jpg", "../../etc/passwd", "<script>alert(1)</script>.pdf", "a" * 300 + ".php")


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a form with a file stands. ``keeps``: the tables a taken file adds to."""

    who: str
    address: str
    typed: dict[str, str] = field(default_factory=dict)
    field: str = "file"
    keeps: tuple[type[Model], ...] = ()
    draws: bool = False  # even a PDF becomes a picture


FORMS: dict[str, Place] = {
    "members.joining_forms.PaperForm": Place(
        who="ana",
        address="/me/papers/id_front/",
        keeps=(PersonalPaper, SealedFile),
        draws=True,
    ),
    "members.identity_forms.CorrectionForm": Place(
        who="bruno",
        address="/me/identity/",
        typed={
            "first_name": "Bruno",
            "last_name": "Maës",
            "birth_date": "30/07/1985",
            "reason": "Un tréma manque.",
        },
        keeps=(IdentityCorrection, SealedFile),
        draws=True,
    ),
    "orders.forms.ReceiptForm": Place(
        who="ana",
        address="/jobs/{working}/expenses/1/",
        typed={"amount": "5,00"},
        keeps=(Document, Receipt),
    ),
    "payroll.forms.PaperForm": Place(
        who="ana", address="/contracts/{contract}/upload/", keeps=(Document,)
    ),
    "smart.verify.PaperForm": Place(who="nobody", address="/verify/"),  # looks, keeps nothing
}


def forms_with_a_file(kind: Any = forms.BaseForm) -> Iterator[str]:
    """Every form of the house that has a field for a file."""
    for form in kind.__subclasses__():
        fields = getattr(form, "base_fields", {}).values()
        if form.__module__.partition(".")[0] in ROOMS and any(
            isinstance(each, forms.FileField) for each in fields
        ):
            yield f"{form.__module__}.{form.__qualname__}"
        yield from forms_with_a_file(form)


@pytest.fixture
def working(town: Town) -> Order:
    """A job of Ana's whose expense has no proof yet."""
    return world.contracted_job(expenses=(("Train", Decimal("24.00")),))


def send(town: Town, working: Order, place: Place, content: bytes, name: str) -> Any:
    """The form, sent with a file that lies about itself."""
    address = place.address.format(
        working=working.ref, contract=world.contract_of(town.offered).ref
    )
    file = SimpleUploadedFile(name, content, content_type="image/jpeg")
    return town.people[place.who].post(address, {**place.typed, place.field: file})


def counts(place: Place) -> list[int]:
    return [table._default_manager.count() for table in place.keeps]


def kept_by(place: Place) -> Any:
    """The answer that shows what was kept last."""
    if IdentityCorrection in place.keeps:
        return vault.response(IdentityCorrection.objects.latest("id").proof, file_name="preuve")
    if PersonalPaper in place.keeps:
        return vault.response(PersonalPaper.objects.latest("id").file, file_name="carte")
    return documents.response(Document.objects.latest("id"))


def is_harmless(shown: Any, content: bytes) -> bool:
    """Whether it is a fresh picture, named as one, and nothing of what came hides in it."""
    told = (shown["Content-Type"], shown["X-Content-Type-Options"])
    fresh = shown.content.startswith(b"\xff\xd8\xff") and shown.content != content
    hidden = any(word in shown.content for word in (b"alert", b"rue du Page", b"PK\x03", b"Exif"))
    return told == ("image/jpeg", "nosniff") and fresh and not hidden


def hostile() -> Iterator[tuple[str, bytes]]:
    """Everything that is refused wherever it is sent, under changing names."""
    refused = {name: make for name, (make, why) in (files.PICTURES | files.PDFS).items() if why}
    big = {"11 MB": lambda: files.picture() + b"\0" * 11 * files.MEGABYTE, "nothing": lambda: b""}
    for name, make in (refused | files.OTHERS | big).items():
        yield name, make()


def test_every_form_with_a_file_is_in_the_table(town: Town) -> None:
    assert set(forms_with_a_file()) == set(FORMS)


@pytest.mark.parametrize("form", FORMS)
def test_what_is_refused_is_told_and_leaves_nothing(town: Town, working: Order, form: str) -> None:
    place = FORMS[form]
    before = counts(place)
    for number, (name, content) in enumerate(hostile()):
        answer = send(town, working, place, content, NAMES[number % len(NAMES)])
        if place.draws and answer.status_code == 302:
            assert name in files.PDFS and is_harmless(kept_by(place), content), name
            before = counts(place)
            continue
        assert answer.status_code in (200, 422), (name, answer.status_code)
        page = answer.content.decode()
        assert "alert(1)" not in page, name
        assert not FORBIDDEN.search(re.sub(r"<[^>]+>", " ", page)), name
        assert counts(place) == before, name


@pytest.mark.parametrize("form", [form for form, place in FORMS.items() if place.keeps])
@pytest.mark.parametrize("name", [name for name, (_, why) in files.PICTURES.items() if not why])
def test_what_is_taken_is_harmless_and_told_to_be(
    town: Town, working: Order, form: str, name: str
) -> None:
    place = FORMS[form]
    make, _why = files.PICTURES[name]
    content = make()
    answer = send(town, working, place, content, "carte.html")
    assert answer.status_code == 302, answer.content[:300]
    kept = kept_by(place)
    assert is_harmless(kept, content)
    assert 'filename="' in kept["Content-Disposition"] and ".html" not in str(kept.headers)
    assert "sandbox" in kept["Content-Security-Policy"]
    assert kept["Cache-Control"] == "private, no-store"
