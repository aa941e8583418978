"""Buttons of the staff desk: a page shows what will happen, and only its form acts.

The admin's own detail buttons are links, and a link must not act: another site could follow it with
the session of whoever is logged in.

    actions_detail = ["refuse"]

    @button(_("Refuser"), permissions=["finance"], question=_("…"), form=ReasonForm)
    def refuse(self, request, row, *, reason):
        actions.refuse(row.pk, reason=reason, by=visitors.actor(request), at=clock.now())
        return _("Refusé : la personne est prévenue.")

`bulk` is the same for the rows ticked in a list.
"""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
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
Facts = Sequence[tuple[Words, Words]]
TEMPLATE = "office/button.html"
BACK = "back"
CONFIRMED = "confirmed"
MANY = 200  # rows of a list that the page of a bulk act names
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
    facts: Callable[[Any], Facts] = lambda row: (),
    when: Callable[[Any], bool] = lambda row: True,
    primary: bool = False,
    icon: str | None = None,
) -> Callable[[Method], Any]:
    """A method ``(self, request, row, **what the form holds)`` as a button of the desk.

    For ``actions_detail`` and ``actions_list`` (there ``row`` is None). It calls one action and
    gives the sentence to show, or an answer of its own. A refusal is shown on the button's page,
    what was typed kept. ``permissions`` hide the button and refuse the act; ``when`` says for which
    rows it is shown (the action still decides); ``primary`` is the decision a queue waits for: it
    stands out, and each row of the list has it. The page says ``question`` and ``facts``;
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
            said = {"title": label, "question": question, "facts": facts(row)}
            return _shown(desk, request, row, filled, said=said)

        return _pressed(page, label, permissions, when=when, primary=primary, icon=icon)

    return decorated


def own_page(
    label: Words,
    *,
    permissions: Sequence[str],
    when: Callable[[Any], bool] = lambda row: True,
    primary: bool = False,
) -> Callable[[Callable[..., HttpResponse]], Any]:
    """A method ``(self, request, row)`` as a button whose page it shows and answers itself."""

    def decorated(method: Callable[..., HttpResponse]) -> Any:
        @wraps(method)
        def page(desk: ModelAdmin[Any], request: HttpRequest, object_id: str) -> HttpResponse:
            return method(desk, request, _row(desk, request, object_id))

        return _pressed(page, label, permissions, when=when, primary=primary)

    return decorated


def _pressed(
    page: Any,
    label: Words,
    permissions: Sequence[str] | None,
    *,
    when: Callable[[Any], bool],
    primary: bool,
    icon: str | None = None,
) -> Any:
    """A page as one of the desk's actions, with what the house knows of its button."""
    variant = ActionVariant.PRIMARY if primary else ActionVariant.DEFAULT
    pressed = action(description=label, permissions=permissions, icon=icon, variant=variant)(page)
    pressed.when, pressed.primary = when, primary
    return pressed


def bulk(
    label: Words, *, permissions: Sequence[str], question: Words, note: Callable[[Any], Words] = str
) -> Callable[[Callable[..., None]], Any]:
    """A method ``(self, request, rows)`` for the rows ticked in a list (``actions``).

    Its page names the rows (``note`` says of each what matters) and asks ``question``; only the
    form of that page acts.
    """

    def decorated(method: Callable[..., None]) -> Any:
        @wraps(method)
        def page(
            desk: ModelAdmin[Any], request: HttpRequest, rows: QuerySet[Any]
        ) -> HttpResponse | None:
            if CONFIRMED in request.POST:
                method(desk, request, rows)
                return None
            ticked = list(rows[:MANY])
            context = {
                **desk.admin_site.each_context(request),
                "opts": desk.model._meta,
                "title": label,
                "question": question,
                "rows": [(row.pk, note(row)) for row in ticked],
                "count": rows.count(),
                "action": method.__name__,
                "across": request.POST.get("select_across", "0"),
                "box": ACTION_CHECKBOX_NAME,
                "back": request.get_full_path(),
            }
            return TemplateResponse(request, "office/bulk.html", context)

        return admin.action(description=str(label), permissions=permissions)(page)

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
    said: dict[str, Any],
) -> HttpResponse:
    for field in filled.fields.values():
        if isinstance(field.widget, forms.Textarea):
            field.widget.attrs["rows"] = 4
        look = next((look for kind, look in LOOKS if isinstance(field.widget, kind)), INPUT_CLASSES)
        if not isinstance(field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
            field.widget.attrs.setdefault("class", " ".join(look))
    came_from = request.POST.get(BACK) or request.headers.get("Referer", "")
    context = {
        **desk.admin_site.each_context(request),
        "opts": desk.model._meta,
        **said,
        "subtitle": str(row) if row is not None else None,
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
