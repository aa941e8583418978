"""A job done again each week or month: what would be drafted, then the drafts."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from members import visitors
from members.forms_base import DayField, HouseForm, add_refusal
from office import clock
from office.refusals import Refusal
from orders import actions, queries, rhythm
from orders.actions.repeating import proposed
from orders.models import Order
from orders.plans import fields_of


class RepeatForm(HouseForm):
    """How often, and how long."""

    every = forms.ChoiceField(
        label=_("Cette mission revient"),
        choices=[
            (rhythm.WEEKLY, _("chaque semaine, les mêmes jours")),
            (rhythm.MONTHLY, _("chaque mois, les mêmes jours de la semaine")),
        ],
        widget=forms.RadioSelect,
    )
    times = forms.IntegerField(
        label=_("Combien de fois encore"),
        required=False,
        min_value=1,
        max_value=rhythm.MOST_TIMES,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "short"}),
    )
    until = DayField(
        label=_("Ou jusqu’au"),
        required=False,
        help_text=_("La date l’emporte sur le nombre de fois."),
    )

    def __init__(self, data: QueryDict | None, *, order: Order) -> None:
        super().__init__(data, initial={"every": rhythm.WEEKLY, "times": 4})
        self.order = order

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not values.get("until") and not values.get("times") and "times" in values:
            self.add_error("times", _("Dites combien de fois, ou jusqu’à quand."))
        return values

    def how_often(self) -> tuple[str, int]:
        """The rhythm, and how many times."""
        every, until = self.cleaned_data["every"], self.cleaned_data.get("until")
        times: int = self.cleaned_data.get("times") or 0
        if until:
            days = fields_of(self.order).days
            times = rhythm.times_until(days, until, rhythm=every) if days else 0
        return every, min(times, rhythm.MOST_TIMES)


@login_required
@require_http_methods(["GET", "POST"])
def repeat(request: HttpRequest, ref: str) -> HttpResponse:
    """GET shows the drafts that would be made; POST makes them."""
    mine = Order.objects.filter(affiliate__user=visitors.user_of(request))
    order = get_object_or_404(queries.with_chain(mine), ref=ref)
    on = clock.today()
    form = RepeatForm(request.POST or request.GET or None, order=order)
    if request.method == "POST" and form.is_valid():
        made = _made(request, order, form)
        if made is not None:
            said = ngettext(
                "{n} brouillon est prêt : vérifiez-le, puis envoyez-le.",
                "{n} brouillons sont prêts, un par mois : vérifiez chacun, puis envoyez-le.",
                len(made),
            )
            messages.success(request, said.format(n=len(made)))
            return redirect("jobs")
    context = {
        "section": "jobs",
        "order": order,
        "title": queries.title_of(order),
        "form": form,
        **_preview(order, form, on=on),
    }
    return render(request, "orders/wizard/repeat.html", context)


def _made(request: HttpRequest, order: Order, form: RepeatForm) -> list[Order] | None:
    every, times = form.how_often()
    by, at = visitors.actor(request), clock.now()
    try:
        return actions.repeat(order.pk, every=every, times=times, by=by, at=at)
    except Refusal as refusal:
        add_refusal(form, refusal)
        return None


def _preview(order: Order, form: RepeatForm, *, on: date) -> dict[str, Any]:
    """The drafts that would be made."""
    if form.is_bound and not form.is_valid():
        return {}
    every, times = form.how_often() if form.is_bound else (rhythm.WEEKLY, 4)
    found = proposed(order, every=every, times=times, on=on)
    return {"jobs": found.jobs, "left_out": found.left_out}
