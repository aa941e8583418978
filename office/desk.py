"""Buttons of the staff desk: a page shows what will happen, and only its form acts.

The admin's own detail buttons are links, and a link must not act: another site could follow it with
the session of whoever is logged in.

    actions_detail = ["refuse"]

    @button(_("Refuser"), permissions=["finance"], question=_("…"), form=ReasonForm)
    def refuse(self, request, row, *, reason):
        actions.refuse(row.pk, reason=reason, by=visitors.actor(request), at=clock.now())
        return _("Refusé : la personne est prévenue.")
"""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from unfold.decorators import action
from unfold.enums import ActionVariant
from unfold.widgets import CHECKBOX_CLASSES, FILE_CLASSES, INPUT_CLASSES, SELECT_CLASSES

from office.refusals import Refusal

Words = str | Promise
Method = Callable[..., Words | HttpResponse | None]
TEMPLATE = "office/button.html"
BACK = "back"
LOOKS = (
    (forms.CheckboxInput, CHECKBOX_CLASSES),
    (forms.ClearableFileInput, FILE_CLASSES),
    (forms.Select, SELECT_CLASSES),
)


def button(
    label: Words,
    *,
    permissions: Sequence[str] | None = None,
    question: Words = "",
    form: type[forms.Form] = forms.Form,
    initial: Callable[[Any], dict[str, Any]] = lambda row: {},
    icon: str | None = None,
    variant: ActionVariant = ActionVariant.DEFAULT,
) -> Callable[[Method], Any]:
    """A method ``(self, request, row, **what the form holds)`` as a button of the desk.

    For ``actions_detail``, ``actions_row``, ``actions_list`` (there ``row`` is None). It calls one
    action and gives the sentence to show, or an answer of its own. A refusal is shown on the
    button's page, what was typed kept. ``permissions`` hide the button and refuse the act;
    ``initial`` gives what the form starts with for a row.
    """

    def decorated(method: Method) -> Any:
        @wraps(method)
        def page(
            desk: ModelAdmin[Any], request: HttpRequest, object_id: str | None = None
        ) -> HttpResponse:
            row = _row(desk, request, object_id)
            filled = form(initial=initial(row))
            if request.method == "POST":
                filled = form(request.POST, request.FILES)
            if filled.is_bound and filled.is_valid():
                try:
                    outcome = method(desk, request, row, **filled.cleaned_data)
                except Refusal as refusal:
                    field = refusal.field if refusal.field in filled.fields else None
                    filled.add_error(field, str(refusal))
                else:
                    return _answer(desk, request, row, outcome)
            return _shown(desk, request, row, filled, label=label, question=question)

        return action(description=label, permissions=permissions, icon=icon, variant=variant)(page)

    return decorated


def _row(desk: ModelAdmin[Any], request: HttpRequest, object_id: str | None) -> Any:
    row = desk.get_object(request, object_id) if object_id else None
    if object_id and row is None:
        raise Http404
    if not desk.has_view_permission(request, row):
        raise PermissionDenied
    return row


def _answer(
    desk: ModelAdmin[Any], request: HttpRequest, row: Any, outcome: Words | HttpResponse | None
) -> HttpResponse:
    if isinstance(outcome, HttpResponse):
        return outcome
    if outcome:
        messages.success(request, str(outcome))
    return HttpResponseRedirect(_back(desk, request, row, request.POST.get(BACK, "")))


def _shown(
    desk: ModelAdmin[Any],
    request: HttpRequest,
    row: Any,
    filled: forms.Form,
    *,
    label: Words,
    question: Words,
) -> HttpResponse:
    for field in filled.fields.values():
        look = next((look for kind, look in LOOKS if isinstance(field.widget, kind)), INPUT_CLASSES)
        if not isinstance(field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
            field.widget.attrs.setdefault("class", " ".join(look))
    came_from = request.POST.get(BACK) or request.headers.get("Referer", "")
    context = {
        **desk.admin_site.each_context(request),
        "opts": desk.model._meta,
        "title": label,
        "subtitle": str(row) if row is not None else None,
        "question": question,
        "form": filled,
        "back": _back(desk, request, row, came_from),
    }
    answer = TemplateResponse(request, TEMPLATE, context)
    answer.status_code = 422 if filled.errors else 200
    return answer


def _back(desk: ModelAdmin[Any], request: HttpRequest, row: Any, wanted: str) -> str:
    """Where one came from, when it is a page of ours but not the button's; else the row's page."""
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    if wanted and ours and request.path not in wanted:
        return wanted
    options, site = desk.model._meta, desk.admin_site.name
    if row is None:
        return reverse(f"{site}:{options.app_label}_{options.model_name}_changelist")
    return reverse(f"{site}:{options.app_label}_{options.model_name}_change", args=[row.pk])
