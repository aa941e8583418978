"""Her money: the statement of each activity, on a page, as a table for a program, on paper."""

import csv
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import ExtractMonth
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dates import MONTHS
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from members import visitors
from members.models import Activity, Affiliate, User
from members.pieces import Bar, Figure, FigureLine, bars
from members.queries import activities_of
from office import addresses, clock, documents, languages
from office.models import Document
from office.rules import plain
from office.templatetags.house import euros
from payroll.models import Transfer
from smart.money import JobSums, Statement, statement

# the title of the statement, and its file
STATEMENT = {
    "fr": ("Relevé {year}", "releve"),
    "nl": ("Overzicht {year}", "overzicht"),
    "en": ("Statement {year}", "statement"),
}
RISKY = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run


@login_required
@require_GET
def money(request: HttpRequest) -> HttpResponse:
    """The three sums, what each is made of, the lines of a year, and what arrived each month."""
    affiliate = visitors.affiliate_of(request)
    told = _asked(request, affiliate)
    context = {
        "section": "money",
        "told": told,
        "figures": _figures(told) if told else [],
        "activities": activities_of(affiliate.pk, clock.today()),
        "here": request.GET.urlencode(),
        **(_arrived(affiliate, told.year) if told else {}),
    }
    return render(request, "smart/money.html", context)


@login_required
@require_GET
def money_table(request: HttpRequest) -> HttpResponse:
    """The same lines for a spreadsheet, as Belgian ones read them."""
    told = _asked(request, visitors.affiliate_of(request))
    if told is None:
        raise Http404
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    name = _file_name(told, languages.current())
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    writer = csv.writer(answer, delimiter=";")
    writer.writerows(_rows(told))
    return answer


@login_required
@require_POST
def money_paper(request: HttpRequest) -> HttpResponse:
    """The same on paper: ordered from a worker, kept with the other papers."""
    user = visitors.user_of(request)
    told = _asked(request, visitors.affiliate_of(request))
    if told is None:
        raise Http404
    paper = _paper(told, user, at=clock.now())
    return redirect("document", ref=paper.ref)


def _asked(request: HttpRequest, affiliate: Affiliate) -> Statement | None:
    """The statement the address asks for; none before there is an activity."""
    activities, ref = activities_of(affiliate.pk, clock.today()), request.GET.get("activity", "")
    activity = next((row for row in activities if row.ref == ref), next(iter(activities), None))
    if activity is None:
        return None
    asked = addresses.year_in(request.GET.get("year", "")) or clock.today().year
    return statement(activity, year=asked, job=request.GET.get("job", "")[:8], viewer=affiliate.pk)


def _figures(told: Statement) -> list[Figure]:
    """The three sums, each open to the jobs it is made of."""
    names = {
        "received": (_("Reçu"), _("payé par vos clients, pas encore dépensé")),
        "guaranteed": (_("Garanti"), _("facturé et couvert par le fonds")),
        "planned": (_("Prévu"), _("signé, ou facturé sans garantie")),
    }
    return [
        Figure(
            name=name,
            amount=getattr(told.closing, column),
            note=note,
            lines=tuple(_job_lines(told.jobs, column)),
        )
        for column, (name, note) in names.items()
    ]


def _job_lines(jobs: tuple[JobSums, ...], column: str) -> Iterator[FigureLine]:
    for job in jobs:
        amount: Decimal = getattr(job.sums, column)
        if amount:
            yield FigureLine(text=job.about, amount=amount, url=job.url)


def _arrived(affiliate: Affiliate, year: int) -> dict[str, Any]:
    """What reached her account, month by month."""
    paid = Transfer.objects.filter(payslip__contract__affiliate=affiliate, executed_on__year=year)
    sums = dict(paid.values_list(ExtractMonth("executed_on")).annotate(Sum("amount")).order_by())
    if not sums:
        return {"arrived": (), "arrived_sum": Decimal(0)}
    shown: list[tuple[str | Promise, Decimal, str]] = []
    for month in range(min(sums), max(sums) + 1):
        amount = sums.get(month, Decimal(0))
        shown.append((MONTHS[month], amount, euros(amount)))
    arrived: tuple[Bar, ...] = bars(shown)
    return {"arrived": arrived, "arrived_sum": sum(sums.values(), Decimal(0))}


def _file_name(told: Statement, language: str) -> str:
    _title, name = STATEMENT[language]
    return "-".join(filter(None, (name, str(told.year), told.job)))


def _rows(told: Statement) -> Iterator[list[str]]:
    yield [
        _("Date"),
        _("Opération"),
        _("Mission"),
        _("Client et travail"),
        _("Reçu"),
        _("Garanti"),
        _("Prévu"),
        _("Solde"),
    ]
    for line in told.lines:
        words = [str(line.text), line.job, line.told]
        change = line.change
        amounts = (change.received, change.guaranteed, change.planned, line.balance)
        yield [f"{line.on:%d/%m/%Y}", *map(_harmless, words), *map(_number, amounts)]


def _harmless(text: str) -> str:
    """A word that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(RISKY) else text


def _number(amount: Decimal) -> str:
    return f"{amount:.2f}".replace(".", ",")


@transaction.atomic
def _paper(told: Statement, user: User, *, at: datetime) -> Document:
    """The paper of a statement; asked again while nothing changed, it is the same paper."""
    activity = Activity.objects.select_for_update(no_key=True).get(pk=told.activity.pk)
    context = plain(_printed(told, user))
    newest = documents.newest("statement", subject=activity, language=user.language)
    if newest is not None and newest.context == context:
        return newest
    title, _name = STATEMENT[user.language]
    return documents.order(
        "statement",
        template=f"print/statement.v1.{user.language}.html",
        language=user.language,
        subject=activity,
        title=title.format(year=told.year),
        file_name=f"{_file_name(told, user.language)}.pdf",
        context=context,
        at=at,
    )


def _printed(told: Statement, user: User) -> dict[str, Any]:
    """Every word and figure of the paper."""
    entity = told.activity.entity
    names = ("name", "legal_form", "street", "postcode", "city", "vat_number", "court", "email")
    return {
        "entity": {name: getattr(entity, name) for name in names},
        "holder": user.name,
        "activity": told.activity.name,
        "year": told.year,
        "job": told.job,
        "opening": vars(told.opening) | {"total": told.opening.total},
        "closing": vars(told.closing) | {"total": told.closing.total},
        "lines": [
            {
                "on": line.on,
                "text": str(line.text),
                "about": line.told,
                "job": line.job,
                **vars(line.change),
                "balance": line.balance,
            }
            for line in told.lines
        ],
    }
