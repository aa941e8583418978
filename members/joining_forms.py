"""What somebody fills in to join."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from members.forms_base import HouseForm
from office import uploads


class PaperForm(HouseForm):
    """The picture of one paper: taken now with the telephone, or a file that exists."""

    photo = forms.FileField(
        label=_("Prendre une photo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": uploads.PICTURES, "capture": "environment"}),
    )
    file = forms.FileField(
        label=_("Choisir une photo ou un PDF"),
        required=False,
        widget=forms.FileInput(attrs={"accept": uploads.PICTURES_AND_PDF}),
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"{kind}_%s", **kwargs)

    def brought(self) -> UploadedFile[Any] | None:
        """Whichever of the two came."""
        found: UploadedFile[Any] | None = self.cleaned_data["photo"] or self.cleaned_data["file"]
        return found
