"""Batches at the staff desk: how far each is, what was refused and why, and trying it again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display

from office import clock
from office.batches import actions, acts
from office.batches.models import Batch, BatchRow, BatchState
from office.desk import Words, actor, button
from office.windows import Window, rows_named

NAMED = 200  # refused rows that the page of a batch names


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a batch is; ``refused`` holds (link to the row, why) of the first ones."""

    ended: bool
    all: int
    done: int
    refused_count: int
    refused: Sequence[tuple[str, str]]

    @property
    def over(self) -> int:
        """Rows somebody need not wait for."""
        return self.done + self.refused_count


class BatchAdmin(Window, ModelAdmin):
    """What was asked for many rows at once. Everybody may see it; its author takes it up again."""

    list_display = ("asked", "by_name", "started_at", "ended_at", "done", "refused", "rows")
    ordering = ("-id",)
    fields = ("asked", "by_name", "started_at", "ended_at")
    readonly_fields = fields
    actions_detail = ("try_again",)
    change_form_before_template = "office/progress.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Batch | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Batch | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Batch]:
        counted = {
            f"{state}_count": Count("rows", filter=Q(rows__state=state))
            for state in (BatchState.DONE, BatchState.REFUSED)
        }
        rows: QuerySet[Batch] = super().get_queryset(request)
        return rows.annotate(row_count=Count("rows"), **counted)

    @display(description=_("action"))
    def asked(self, batch: Batch) -> str:
        """Which button, of which things."""
        desk, pressed = acts.found(batch.act)
        return f"{pressed.short_description} ({desk.opts.verbose_name_plural})"

    @display(description=_("faits"))
    def done(self, batch: Any) -> int:
        return int(batch.done_count)

    @display(description=_("refusés"))
    def refused(self, batch: Any) -> int:
        return int(batch.refused_count)

    @display(description=_("en tout"))
    def rows(self, batch: Any) -> int:
        return int(batch.row_count)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """The page of a batch, with how far it is; who watched it end sees all of it anew."""
        batch = self.get_object(request, object_id) if object_id else None
        context = {"progress": self.progress(batch)} if batch else {}
        context |= extra_context or {}
        answer = super().changeform_view(request, object_id, form_url, context)
        if batch and batch.ended_at and "HX-Request" in request.headers:
            answer["HX-Refresh"] = "true"
        return answer

    def progress(self, batch: Any) -> Progress:
        """How far it is now; a fixed number of queries however many rows there are."""
        refused = batch.rows.filter(state=BatchState.REFUSED).order_by("id")
        return Progress(
            ended=batch.ended_at is not None,
            all=batch.row_count,
            done=batch.done_count,
            refused_count=batch.refused_count,
            refused=self._named(batch, refused[:NAMED]),
        )

    def _named(self, batch: Batch, rows: Sequence[BatchRow]) -> list[tuple[str, str]]:
        desk = acts.found(batch.act)[0]
        things = rows_named(desk, [row.key for row in rows])
        return [(self.link_to(things.get(row.key)), row.sentence) for row in rows]

    @button(
        _("Reprendre ce qui a été refusé"),
        when=lambda batch: batch.ended_at and batch.refused_count,
        question=_("Chaque ligne refusée est essayée une nouvelle fois, avec les mêmes réponses."),
    )
    def try_again(self, request: HttpRequest, batch: Batch) -> Words:
        if actions.try_again(batch.pk, by=actor(request), at=clock.now()):
            return _("Les lignes refusées sont reprises.")
        return _("Aucune ligne n’attendait d’être reprise : rien n’a changé.")
