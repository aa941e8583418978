"""The button a batch presses: found by its name, pressed for one row as its author would.

Whether she may is asked again for each row, with the very checks of the page.
"""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.http import HttpRequest, QueryDict
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from office.batches.models import Batch
from office.refusals import Refusal


class MayNot(Refusal):
    code = "may_not"
    sentence = _("Votre rôle ne permet pas, ou plus, de faire cela.")


class NotThere(Refusal):
    code = "not_there"
    sentence = _("Cette ligne n’est plus là.")


class NothingToDo(Refusal):
    code = "nothing_to_do"
    sentence = _("Il n’y a rien à faire ici : cette ligne n’attend pas, ou n’attend plus, cela.")


class Unfit(Refusal):
    code = "unfit"
    sentence = _("Ce qui a été écrit ne convient plus : {faults}")


def found(act: str) -> tuple[Any, Any]:
    """The desk and the button of an act."""
    model, _dot, name = act.rpartition(".")
    desk = admin.site.get_model_admin(apps.get_model(model))
    return desk, getattr(desk, name)


def press(batch: Batch, key: int) -> None:
    """Press the button of a batch for one row. Raises the refusals above, and those of the act."""
    desk, button = found(batch.act)
    request = _asked_by(batch)
    needed = getattr(button, "allowed_permissions", None) or ()
    if not all(getattr(desk, f"has_{one}_permission")(request) for one in needed):
        raise MayNot
    row = desk.get_object(request, str(key))
    if row is None:
        raise NotThere
    if not desk.has_view_permission(request, row):
        raise MayNot
    if not button.one.when(row):
        raise NothingToDo
    filled = button.one.form(typed(batch))
    if not filled.is_valid():
        raise Unfit(faults=" ".join(text for said in filled.errors.values() for text in said))
    button.one.act(desk, request, row, **filled.cleaned_data)


def typed(batch: Batch) -> QueryDict:
    """What was typed on the page of the button."""
    fields = QueryDict(mutable=True)
    for name, values in batch.typed.items():
        fields.setlist(name, values)
    return fields


def label(batch: Batch) -> str:
    """What the button says, in the language of who reads it."""
    return str(found(batch.act)[1].short_description)


def _asked_by(batch: Batch) -> HttpRequest:
    """A request as its author sent it; from nobody when her account is closed."""
    request = HttpRequest()
    request.META |= {"REMOTE_ADDR": batch.address, "HTTP_USER_AGENT": batch.agent}
    active = get_user_model()._default_manager.filter(pk=batch.by_user_id, is_active=True)
    author = active.first()
    if author is None:
        raise MayNot
    request.user = author
    return request


def in_language(batch: Batch) -> Any:
    """Sentences are written for who reads them."""
    return translation.override(batch.language)
