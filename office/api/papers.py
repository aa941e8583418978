"""Papers through the API, for a caller who was checked."""

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from office import documents
from office.api.problems import Conflict
from office.models import Document

NOT_MADE = {409: "The paper is still being made; Retry-After says when to ask again."}
WAIT_SECONDS = 2


class NotMade(Conflict):
    """The paper has no file yet."""

    default_code = "paper_not_made"
    default_detail = _("Ce document se prépare : demandez-le à nouveau dans quelques secondes.")
    wait = WAIT_SECONDS


def paper(document: Document) -> HttpResponse:
    """The file, to keep. Raises ``NotMade``."""
    if document.sha256 is None:
        raise NotMade
    return documents.response(document, inline=False)
