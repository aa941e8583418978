"""What every page of the staff desk shares: a window that speaks the house's words.

    class ContractAdmin(Window, ModelAdmin): ...

Columns and fields are plain names of the model: amounts, rates, dates and instants are written as
the house writes them, what is empty is left out of a page, and the decision a row waits for
(``primary`` among ``actions_detail``, see `office.desk`) stands at its end in every list.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from office.fields import MoneyField, RateField
from office.templatetags import house

if TYPE_CHECKING:
    Page = admin.ModelAdmin[Any]
else:
    Page = object

Views = Sequence[tuple[str, str | Promise]]
NOTHING = "—"


def amount(value: Any) -> str:
    """An amount, to stand in a column."""
    return format_html('<span class="desk-amount">{}</span>', house.euros(value))


def day(value: Any) -> str:
    """A day that does not break over two lines."""
    return format_html('<span class="desk-day">{}</span>', house.shortday(value))


WRITERS: tuple[tuple[type[models.Field[Any, Any]], Callable[[Any], str]], ...] = (
    (MoneyField, amount),
    (RateField, house.percent),
    (models.DateTimeField, house.moment),  # before DateField, of which it is one
    (models.DateField, day),
)


@cache
def worded(model: str, name: str) -> Any:
    """A column or field of a model (``members.user``) as the house writes it; what needs no other
    words stays its name.
    """
    try:
        field = apps.get_model(model)._meta.get_field(name)
    except FieldDoesNotExist:
        return name
    if not isinstance(field, models.Field):
        return name
    write = next((write for kind, write in WRITERS if isinstance(field, kind)), None)
    if name.endswith("rate") and isinstance(field, models.DecimalField):
        write = house.percent
    if write is None:
        return name

    def shown(row: Any) -> str:
        value = getattr(row, name)
        return NOTHING if value is None else write(value)

    shown.__name__ = name
    shown.short_description = field.verbose_name  # type: ignore[attr-defined]
    shown.admin_order_field = name  # type: ignore[attr-defined]
    return shown


class Window(Page):
    """For a ModelAdmin, or the rows below one: the house's words and the buttons that apply."""

    compressed_fields = True  # a label and its value on one line
    hide_title = True  # rows below another say who they are in their columns
    show_full_result_count = False
    list_per_page = 50
    list_before_template = "office/queues.html"
    change_form_after_template: str | None = "admin/timeline.html"  # what happened to the row
    empty_value_display = NOTHING

    def get_list_display(self, request: HttpRequest) -> Any:
        columns = [self._worded(name) for name in super().get_list_display(request)]
        decision = self._decision(request)
        return [*columns, decision] if decision else columns

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The fields of a page; a column of the row that holds nothing is left out."""
        names = super().get_fields(request, obj)
        return [self._told(name) for name in names if not self._is_empty(obj, name)]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Rows below another need to be told that written values are not typed."""
        own = super().get_readonly_fields(request, obj)
        return own if self.fields is None else [*own, *self.get_fields(request, obj)]

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """The buttons this person may press, and that apply to this row."""
        permitted: list[Any] = super().get_actions_detail(request, object_id)  # type: ignore[misc]
        row = self.get_object(request, str(object_id)) if object_id else None
        if row is None:
            return permitted
        return [one for one in permitted if getattr(one.method, "when", always)(row)]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        title = capfirst(self.model._meta.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        title = capfirst(self.model._meta.verbose_name)
        context = {"title": title, **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, context)

    def link(self, name: str, key: Any, text: str | Promise) -> str:
        """A link to a page of the desk, by its name; plain text while there is no such page."""
        try:
            address = reverse(f"{self.admin_site.name}:{name}", args=[key])
        except NoReverseMatch:
            return str(text)
        return format_html('<a class="text-link" href="{}">{}</a>', address, text)

    def link_to(self, row: models.Model | None) -> str:
        """A link to the page of another row."""
        if row is None:
            return NOTHING
        options = row._meta
        return self.link(f"{options.app_label}_{options.model_name}_change", row.pk, str(row))

    def links_to(self, rows: Iterable[models.Model]) -> str:
        """Links to the pages of other rows."""
        return format_html_join(", ", "{}", ((self.link_to(row),) for row in rows)) or NOTHING

    def link_to_subject(self, key: str) -> str:
        """A link to what an event, letter or paper is about (``order:12``)."""
        name, _colon, pk = key.partition(":")
        for model in self.admin_site._registry:
            options = model._meta
            if options.model_name == name:
                words = f"{options.verbose_name} {pk}"
                return self.link(f"{options.app_label}_{name}_change", pk, words)
        return key

    def _worded(self, name: Any) -> Any:
        own = not isinstance(name, str) or hasattr(self, name)
        return name if own else worded(self.model._meta.label_lower, name)

    def _told(self, name: Any) -> Any:
        """A field of a page; a pill of the list is told by its words."""
        method = getattr(self, name, None) if isinstance(name, str) else None
        if method is None or not getattr(method, "label", None):
            return self._worded(name)

        def told(row: Any) -> Any:
            said = method(row)
            return said[1] if isinstance(said, tuple) else said

        told.__name__ = name
        told.short_description = method.short_description  # type: ignore[attr-defined]
        return self.__dict__.setdefault(f"_told_{name}", told)

    def _is_empty(self, row: Any, name: Any) -> bool:
        if not isinstance(row, self.model) or not isinstance(name, str) or hasattr(self, name):
            return False
        try:
            field = self.model._meta.get_field(name)
        except FieldDoesNotExist:
            return False
        return getattr(row, getattr(field, "attname", name)) in (None, "")

    def _decision(self, request: HttpRequest) -> Any:
        """The column with what a row waits for, or None when this person decides nothing here."""
        permitted = self.get_actions_detail(request, None)
        decisions = [one for one in permitted if getattr(one.method, "primary", False)]
        if not decisions:
            return None

        def decide(row: Any) -> str:
            for one in decisions:
                if one.method.when(row):
                    address = reverse(f"{self.admin_site.name}:{one.action_name}", args=[row.pk])
                    text = one.description
                    return format_html('<a class="desk-button" href="{}">{}</a>', address, text)
            return ""

        decide.short_description = _("à faire")  # type: ignore[attr-defined]
        return decide


def rows_named(desk: admin.ModelAdmin[Any], keys: Sequence[int]) -> dict[int, Any]:
    """Rows of a list by their keys, with what its columns are made of, in one query."""
    rows: QuerySet[Any] = desk.model._default_manager.all()
    if isinstance(desk.list_select_related, tuple):
        rows = rows.select_related(*desk.list_select_related)
    return rows.in_bulk(keys)


def beside(name: str, *keys: Any, text: str | Promise = "PDF") -> str:
    """A link to a paper or page, by its name, that opens beside the desk."""
    address = reverse(name, args=keys)
    return format_html(
        '<a class="text-link" href="{}" target="_blank" rel="noopener">{}</a>', address, text
    )


def always(row: Any) -> bool:
    """When a button applies that does not say."""
    return True


class Queue(admin.SimpleListFilter):
    """Named views of a list, shown as tabs; the first one is what waits for somebody.

    A search looks everywhere, whatever the tab.
    """

    title = _("file")
    parameter_name = "queue"
    template = "office/no_filter.html"  # tabs above the list show it
    views: Views = ()

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return self.views

    def value(self) -> str:
        return super().value() or self.views[0][0]

    def choices(self, changelist: Any) -> Any:
        for code, label in self.views:
            yield {
                "selected": self.value() == code,
                "query_string": changelist.get_query_string({self.parameter_name: code}, ["p"]),
                "display": label,
            }

    def queryset(
        self, request: HttpRequest, queryset: models.QuerySet[Any]
    ) -> models.QuerySet[Any]:
        if request.GET.get("q"):
            return queryset
        return self.rows(self.value(), queryset)

    def rows(self, view: str, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """The rows of one view."""
        raise NotImplementedError
