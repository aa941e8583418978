"""Papers to check: each picture beside what was typed, and an answer for each."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from stdnum.be import ssn
from unfold.widgets import INPUT_CLASSES, SELECT_CLASSES

from members import queries, visitors
from members.actions import affiliates, papers
from members.models import Affiliate, IdentityPaper, PersonalPaper
from members.states import AffiliateStatus, PaperStatus
from office import clock
from office.desk import Facts
from office.refusals import Refusal
from office.templatetags import house

YES, AGAIN = "yes", "again"
REASONS: dict[str, str | Promise] = {
    "blurred": _("L’image est floue : on ne lit pas tout."),
    "cut": _("Un bord est coupé : il faut voir toute la pièce."),
    "glare": _("Un reflet cache une partie de la pièce."),
    "other": _("Ce n’est pas la pièce demandée."),
    "differs": _("Ce qui est écrit sur la pièce n’est pas ce que vous avez tapé."),
    "lapsed": _("Cette pièce n’est plus valable."),
}


class AnswerForm(forms.Form):
    """What staff say of one paper; nothing said, it waits."""

    answer = forms.ChoiceField(
        label=_("Réponse"),
        choices=[(YES, _("Elle va")), (AGAIN, _("À refaire"))],
        required=False,
        widget=forms.RadioSelect,
    )
    valid_until = forms.DateField(
        label=_("Valable jusqu’au"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    reason = forms.ChoiceField(
        label=_("À refaire parce que"), choices=[("", "—"), *REASONS.items()], required=False
    )
    words = forms.CharField(label=_("ou, en vos mots"), max_length=300, required=False)

    def __init__(self, data: Any = None, *, paper: PersonalPaper) -> None:
        super().__init__(data, prefix=paper.ref)
        self.paper = paper
        self.order_fields(["valid_until", "answer"])
        if paper.kind in (IdentityPaper.ID_BACK, IdentityPaper.BANK_CARD):
            del self.fields["valid_until"]  # the date of a card stands on its front
        for name, field in self.fields.items():
            look = SELECT_CLASSES if name == "reason" else INPUT_CLASSES
            if name != "answer":
                field.widget.attrs["class"] = " ".join(look)

    def decision(self, *, until: date | None) -> papers.Decision | None:
        """The answer as the action takes it, its reason in the language of who reads it."""
        said = self.cleaned_data
        if not said["answer"]:
            return None
        with translation.override(self.paper.affiliate.user.language):
            reason = said["words"] or str(REASONS.get(said["reason"], ""))
        own = said.get("valid_until")
        return papers.Decision(
            paper_id=self.paper.pk,
            accepted=said["answer"] == YES,
            reason=reason,
            valid_until=(own or until) if self.paper.has_date else own,
        )


def waiting_for_us() -> QuerySet[PersonalPaper]:
    """Papers that wait for an answer, of those who sent their application."""
    sent = PersonalPaper.objects.exclude(affiliate__status=AffiliateStatus.DRAFT)
    return sent.filter(status=PaperStatus.GIVEN)


def waiting_for_her() -> QuerySet[PersonalPaper]:
    """Papers to be given again."""
    return PersonalPaper.objects.filter(status=PaperStatus.REFUSED)


def facts_beside(paper: PersonalPaper, number: str) -> Facts:
    """What was typed that this paper must show too."""
    affiliate = paper.affiliate
    name = (_("nom"), affiliate.name)
    match paper.kind:
        case IdentityPaper.ID_FRONT:
            born = house.longday(affiliate.birth_date) if affiliate.birth_date else "—"
            return [name, (_("naissance"), born)]
        case IdentityPaper.ID_BACK:
            return [name, (_("numéro national"), number)]
        case IdentityPaper.BANK_CARD:
            accounts = affiliate.bank_accounts.order_by("-id")[:1]
            return [name, *((_("compte"), house.iban(account.iban)) for account in accounts)]
        case _:
            return [name, (_("métier"), str(affiliate.trade))]


def review(desk: Any, request: HttpRequest, affiliate: Affiliate) -> HttpResponse:
    """Show every paper that waits, and answer on those that were decided."""
    mine = waiting_for_us().filter(affiliate=affiliate).order_by("given_at", "id")
    given = list(mine.select_related("affiliate__user", "affiliate__trade", "file"))
    forms_ = [AnswerForm(request.POST or None, paper=paper) for paper in given]
    sentence = ""
    if request.method == "POST" and all(form.is_valid() for form in forms_):
        try:
            return _answer(request, affiliate, forms_)
        except Refusal as refusal:
            sentence = str(refusal)
    number = _number(request, affiliate, given)
    context = {
        **desk.admin_site.each_context(request),
        "opts": desk.model._meta,
        "title": _("Vérifier les pièces"),
        "affiliate": affiliate,
        "rows": [(form, facts_beside(form.paper, number)) for form in forms_],
        "sentence": sentence,
    }
    answer = TemplateResponse(request, "members/review.html", context)
    answer.status_code = 422 if sentence or any(form.errors for form in forms_) else 200
    return answer


def _answer(request: HttpRequest, affiliate: Affiliate, filled: list[AnswerForm]) -> HttpResponse:
    dates = [form.cleaned_data.get("valid_until") for form in filled if form.paper.has_date]
    until = next((day for day in dates if day), _known_until(affiliate))
    decisions = [decision for form in filled if (decision := form.decision(until=until))]
    user, by, at = visitors.user_of(request), visitors.actor(request), clock.now()
    papers.review(affiliate.pk, decisions, user=user, by=by, on=clock.day_of(at), at=at)
    if any(not decision.accepted for decision in decisions):
        messages.success(request, gettext("C’est noté : la personne sait quoi redonner."))
        return redirect("admin:members_affiliate_change", affiliate.pk)
    messages.success(request, gettext("C’est noté."))
    missing = queries.papers_missing(affiliate, affiliate.trade, clock.day_of(at))
    if affiliate.status == AffiliateStatus.REGISTERED and not missing:
        return redirect("admin:members_affiliate_accept", affiliate.pk)
    return redirect("admin:members_affiliate_change", affiliate.pk)


def _known_until(affiliate: Affiliate) -> date | None:
    """The date of the side of her card that is accepted already."""
    side = affiliate.papers.filter(status=PaperStatus.ACCEPTED, kind=IdentityPaper.ID_FRONT)
    return side.values_list("valid_until", flat=True).first()


def _number(request: HttpRequest, affiliate: Affiliate, given: list[PersonalPaper]) -> str:
    """The whole national number, when the back of the card is to be compared with it."""
    backs = [paper for paper in given if paper.kind == IdentityPaper.ID_BACK]
    if not backs or affiliate.national_number_sealed is None:
        return affiliate.national_number_masked
    shown = affiliates.show_national_number(
        affiliate, backs[0], by=visitors.actor(request), at=clock.now()
    )
    return str(ssn.format(shown))
