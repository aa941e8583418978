"""Where a person's own server is told of what happens: asked here, its deliveries seen here."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from members import visitors
from members.forms_base import HouseForm, add_refusal
from office import clock
from office.models import Delivery, Webhook
from office.refusals import Refusal
from office.webhooks import actions
from smart.shares import PUBLIC

SHOWN = 50


class WebhookForm(HouseForm):
    """A new webhook: where, and of what it is told."""

    url = forms.CharField(
        label=lazy("Adresse"),
        max_length=300,
        help_text=lazy("En https. La coopérative l’approuve avant le premier envoi."),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )
    kinds = forms.MultipleChoiceField(
        label=lazy("Événements"),
        initial=PUBLIC,
        choices=[(kind, kind) for kind in PUBLIC],
        widget=forms.CheckboxSelectMultiple,
    )


@login_required
@require_http_methods(["GET", "POST"])
@sensitive_variables("asked")
def webhook_list(request: HttpRequest) -> HttpResponse:
    """Her webhooks; the secret of a new one is shown in the answer to its form and never again."""
    affiliate = visitors.affiliate_of(request)
    form = WebhookForm(request.POST or None)
    asked = None
    if request.method == "POST" and form.is_valid():
        by, at = visitors.actor(request), clock.now()
        try:
            asked = actions.ask(affiliate.user_id, **form.cleaned_data, by=by, at=at)
            form = WebhookForm()
        except Refusal as refusal:
            add_refusal(form, refusal)
    rows = Webhook.objects.filter(user_id=affiliate.user_id, ended_at=None).order_by("-id")
    context: dict[str, Any] = {"section": "profile", "form": form, "asked": asked, "rows": rows}
    return render(request, "smart/webhooks.html", context)


@login_required
@require_GET
def webhook_log(request: HttpRequest, ref: str) -> HttpResponse:
    """Its last deliveries, newest first."""
    webhook = _own(request, ref)
    rows = Delivery.objects.filter(webhook=webhook).select_related("item").order_by("-id")[:SHOWN]
    context = {"section": "profile", "webhook": webhook, "rows": rows}
    return render(request, "smart/webhook.html", context)


@login_required
@require_POST
def webhook_end(request: HttpRequest, ref: str) -> HttpResponse:
    """Nothing is sent there any more."""
    actions.end(_own(request, ref).pk, by=visitors.actor(request), at=clock.now())
    messages.success(request, _("Plus rien ne part vers cette adresse."))
    return redirect("webhooks")


@login_required
@require_POST
def webhook_again(request: HttpRequest, ref: str, delivery: str) -> HttpResponse:
    """Send one item once more."""
    webhook = _own(request, ref)
    row = get_object_or_404(Delivery, webhook=webhook, ref=delivery)
    actions.deliver_again(row.pk, by=visitors.actor(request), at=clock.now())
    messages.success(request, _("L’événement repart dans quelques secondes."))
    return redirect("webhook", ref=ref)


def _own(request: HttpRequest, ref: str) -> Webhook:
    user = visitors.user_of(request)
    return get_object_or_404(Webhook, user_id=user.pk, ref=ref)
