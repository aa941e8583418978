"""The public page where anyone may drop a PDF and learn whether it is ours and whole.

The file is held in memory, bounded, never written down and never opened as a PDF: its fingerprint
is looked up, and the place of a seal is found in its bytes (`office.seal.check`).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from members.forms_base import HouseForm
from office import documents, uploads
from office.models import Document
from orders.documents import SignedBy, signed_by

FIELD = "file"


class PaperForm(HouseForm):
    """One file, of a size we read."""

    file = forms.FileField(
        label=_("Le fichier PDF"),
        help_text=_("Le fichier d’origine, tel que vous l’avez reçu, de 10 Mo au plus."),
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
        error_messages={
            "required": _("Choisissez le fichier à vérifier."),
            "empty": _("Ce fichier est vide. Choisissez le fichier d’origine."),
        },
    )

    def clean_file(self) -> UploadedFile[Any]:
        """Not so big that only its beginning was kept."""
        file: UploadedFile[Any] = self.cleaned_data[FIELD]
        if (file.size or 0) > uploads.most_bytes():
            raise forms.ValidationError(
                _("Ce fichier dépasse %(limit)s Mo. Nos documents sont bien plus légers."),
                params={"limit": settings.COOP_UPLOAD_MEGABYTES},
            )
        return file


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the page says of a file: ``whole``, ``changed`` or ``unknown``, and why."""

    kind: str
    why: str = ""
    document: Document | None = None
    sealed_at: datetime | None = None
    signed_by: SignedBy | None = None


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for a file; tell what it is."""
    brought = request.method == "POST"
    form = PaperForm(request.POST, request.FILES) if brought else PaperForm()
    outcome = outcome_of(form.cleaned_data[FIELD].read()) if form.is_valid() else None
    return render(request, "smart/verify.html", {"form": form, "outcome": outcome})


def outcome_of(content: bytes) -> Outcome:
    """What a file is to us. Whole is only the very file we kept; of that one we say what stands on
    it, of others nothing.
    """
    document = documents.of_content(content)
    if document is not None:
        return Outcome(
            kind="whole",
            document=document,
            sealed_at=document.made_at if document.sealed else None,
            signed_by=signed_by(document),
        )
    from office import seal  # pyHanko takes a second to load; other pages never need it

    found = seal.check(content)
    match found.state:
        case seal.State.WHOLE:
            return Outcome(kind="changed", why="rewritten", sealed_at=found.at)
        case seal.State.ADDED_TO:
            return Outcome(kind="changed", why="added", sealed_at=found.at)
        case seal.State.BROKEN:
            return Outcome(kind="changed", why="broken")
        case _:
            is_pdf = content.startswith(b"%PDF-")
            return Outcome(kind="unknown", why="no_seal" if is_pdf else "no_pdf")
