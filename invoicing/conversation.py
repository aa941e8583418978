"""What a client writes by his link and what he is answered: the same piece on each of his pages."""

from collections.abc import Sequence
from datetime import datetime

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from invoicing.actions import questions
from invoicing.actions.questions import Asker
from invoicing.models import Question, QuestionKind
from members import visitors
from members.forms_base import HouseForm, add_refusal
from office import limits
from office.models import Link
from office.refusals import Refusal

MANY, A_WHILE = 10, 3600  # letters that one link may have us write
MANY_HERE = 40


class QuestionForm(HouseForm):
    """A question, or a dispute of the invoice."""

    kind = forms.ChoiceField(
        label=_("Il s’agit"),
        choices=[
            (QuestionKind.QUESTION, _("d’une question")),
            (QuestionKind.DISPUTE, _("d’une contestation de la facture")),
        ],
        widget=forms.RadioSelect,
        initial=QuestionKind.QUESTION,
    )
    text = forms.CharField(
        label=_("Votre message"), max_length=1500, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: object, disputable: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if not disputable:
            self.fields["kind"].widget = forms.HiddenInput()


class Conversation:
    """The questions of one link, and a form for the next: GET shows, POST acts."""

    def __init__(self, request: HttpRequest, asker: Asker, link: Link, *, at: datetime) -> None:
        self.request, self.asker, self.link, self.at = request, asker, link, at
        self.form = self._form(None)

    def _form(self, data: object) -> QuestionForm:
        return QuestionForm(data, prefix="ask", disputable=self.asker.invoice is not None)

    def ask(self) -> bool:
        """Whether what was typed is kept; the form says why not."""
        self.form = form = self._form(self.request.POST)
        if not form.is_valid():
            return False
        by = visitors.client(self.request, self.asker.name, self.link)
        try:
            limits.take("question", self.link.pk, most=MANY, seconds=A_WHILE, at=self.at)
            limits.take("questions-of", by.address, most=MANY_HERE, seconds=A_WHILE, at=self.at)
            questions.ask(self.asker, link=self.link, by=by, at=self.at, **form.cleaned_data)
        except Refusal as refusal:
            add_refusal(form, refusal)
            return False
        return True

    @property
    def questions(self) -> Sequence[Question]:
        """What was written by this link, oldest first."""
        return list(Question.objects.filter(link=self.link).order_by("pk"))
