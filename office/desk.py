"""Buttons of the staff desk: a page shows what will happen, and only its form acts.

The admin's own detail buttons are links, and a link must not act: another site could follow it with
the session of whoever is logged in.

    actions_detail = ["refuse"]

    @button(_("Refuser"), permissions=["finance"], question=_("…"), form=ReasonForm)
    def refuse(self, request, row, *, reason):
        actions.refuse(row.pk, reason=reason, by=visitors.actor(request), at=clock.now())
        return _("Refusé : la personne est prévenue.")

`many` is the same button for the rows ticked in a list, done one by one by a worker:

    actions = ["refuse_many"]
    refuse_many = many(refuse)
"""

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core import signing
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

from office import clock, languages
from office.actors import Actor, ActorKind
from office.batches import actions as batches
from office.refusals import Refusal
from office.windows import rows_named

Words = str | Promise
Method = Callable[..., Words | HttpResponse | None]
Facts = Sequence[tuple[Words, Words]]
TEMPLATE = "office/button.html"
BACK = "back"
KEYS = "keys"  # the rows a page counted, sealed
ONCE = "once"  # one page, one batch
MANY = 200  # rows of a list that the page of a bulk act names
LOOKS = (
    (forms.CheckboxInput, CHECKBOX_CLASSES),
    (forms.ClearableFileInput, FILE_CLASSES),
    (forms.Select, SELECT_CLASSES),
)


@dataclass(frozen=True, kw_only=True)
class Button:
    """What a button asks and does for one row."""

    act: Method
    form: type[forms.Form]
    question: Words
    when: Callable[[Any], bool]


def actor(request: HttpRequest) -> Actor:
    """Who presses the button, and from where."""
    return Actor(
        kind=ActorKind.STAFF,
        name=str(request.user),
        user_id=request.user.pk,
        address=str(request.META.get("REMOTE_ADDR", "")),
        agent=str(request.headers.get("User-Agent", ""))[:300],
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

        pressed = _pressed(page, label, permissions, when=when, primary=primary, icon=icon)
        pressed.one = Button(act=method, form=form, question=question, when=when)
        return pressed

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


def many(single: Any, *, note: Callable[[Any], Words] = str) -> Any:
    """A `button` for the rows ticked in a list (``actions``, there as ``<button>_many``).

    Its page names the rows (``note`` says of each what matters) and asks what the button asks; only
    the form of that page acts. Each row is then done on its own by a worker (`office.batches`),
    and its author watches it being done. What the page counted is what is done: the list may grow
    between the page and its answer.
    """
    one: Button = single.one
    name, permissions = single.__name__, getattr(single, "allowed_permissions", None)

    def page(desk: ModelAdmin[Any], request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse:
        act = f"{desk.opts.label_lower}.{name}"
        keys = _shown_keys(request, act)
        filled = one.form() if keys is None else one.form(request.POST)
        if keys is not None and filled.is_valid():
            typed = {field: request.POST.getlist(field) for field in filled.fields}
            return start_batch(request, act, keys, typed=typed, once=request.POST.get(ONCE, ""))
        if keys is None:
            keys = list(rows.values_list("pk", flat=True))
        shown = rows_named(desk, keys[:MANY])
        context = {
            "title": single.short_description,
            "question": one.question,
            "rows": [(key, note(shown[key])) for key in keys[:MANY] if key in shown],
            "count": len(keys),
            "keys": signing.dumps([act, keys], salt=KEYS, compress=True),
            "action": page.__name__,
            "box": ACTION_CHECKBOX_NAME,
            "once": request.POST.get(ONCE) or new_page(),
            "back": request.get_full_path(),
        }
        return _drawn(desk, request, "office/many.html", filled, context)

    page.__name__ = f"{name}_many"
    return admin.action(description=str(single.short_description), permissions=permissions)(page)


def new_page() -> str:
    """A name for a page that asks: answered twice, it makes one batch."""
    return secrets.token_urlsafe(12)


def start_batch(
    request: HttpRequest, act: str, keys: Iterable[int], *, typed: dict[str, list[str]], once: str
) -> HttpResponse:
    """Press a button (``members.affiliate.hand_over``) for many rows; on to the page where its
    author watches it being done.
    """
    batch = batches.start(
        act,
        sorted(keys),
        typed=typed,
        once=once,
        language=languages.current(),
        by=actor(request),
        at=clock.now(),
    )
    return HttpResponseRedirect(reverse("admin:office_batch_change", args=[batch.pk]))


def _shown_keys(request: HttpRequest, act: str) -> list[int] | None:
    """The rows of the page whose form was pressed; None when none of ours was."""
    try:
        shown_act, keys = signing.loads(request.POST.get(KEYS, ""), salt=KEYS)
    except signing.BadSignature:
        return None
    return keys if shown_act == act else None


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
    came_from = request.POST.get(BACK) or request.headers.get("Referer", "")
    subtitle = str(row) if row is not None else None
    context = {**said, "subtitle": subtitle, "back": _back(desk, request, row, came_from)}
    return _drawn(desk, request, TEMPLATE, filled, context)


def _drawn(
    desk: ModelAdmin[Any],
    request: HttpRequest,
    template: str,
    filled: forms.Form,
    context: dict[str, Any],
) -> HttpResponse:
    """The page of a button, its fields dressed as the desk's own."""
    for field in filled.fields.values():
        if isinstance(field.widget, forms.Textarea):
            field.widget.attrs["rows"] = 4
        look = next((look for kind, look in LOOKS if isinstance(field.widget, kind)), INPUT_CLASSES)
        if not isinstance(field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
            field.widget.attrs.setdefault("class", " ".join(look))
    shell = {**desk.admin_site.each_context(request), "opts": desk.model._meta, "form": filled}
    answer = TemplateResponse(request, template, shell | context)
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
