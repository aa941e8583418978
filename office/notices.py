"""What happened, said once to whom it concerns: in her portal or at her desk, and by letter.

Each room declares the kinds of what it says in its own ``notices.py``. ``tell`` keeps the notice
and posts the letter, at once or with the day's digest, as the person chose; both by the same
``once``. A notice holds values; its words are those of the language it is read in.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from office import journal, links, mail
from office.actors import Actor
from office.models import Link, Notice, NoticeChoice
from office.once import first_to_say
from office.refusals import Refusal
from office.rules import plain
from office.templatetags.house import longday

Text = str | Promise

PLAIN_LETTER = "office/notice"  # for kinds that have no letter of their own: the words and the page
DIGEST = "office/digest"  # the one letter a day
PAGE = 30
MANY = 100  # more unread than this are not counted


class How(models.TextChoices):
    """How a person is told of a kind; in the portal, always."""

    MAIL = "mail", _("par e-mail, tout de suite")
    DIGEST = "digest", _("dans le résumé du jour")
    PORTAL = "portal", _("seulement ici")


class NotAChoice(Refusal):
    code = "not_a_choice"
    sentence = _("« {label} » part toujours par e-mail.")


@dataclass(frozen=True, kw_only=True)
class Reader:
    """A person who is told things."""

    user_id: int
    name: str
    address: str
    language: str


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One thing that is said. ``code`` is its letter too: ``letters/<code>.<language>.txt``.

    ``to`` names who may get it, by role. ``must``: its letter cannot be switched off. ``words`` and
    the address of its page are filled in with the notice's values.
    """

    code: str
    to: tuple[str, ...]
    label: Text  # what it is, where one chooses
    words: Text
    page: str = "home"
    named_by: str = ""  # the value that names the page's thing
    days: tuple[str, ...] = ()  # values that are days
    must: bool = False
    at_first: How = How.MAIL  # until the person chooses
    own_letter: bool = True

    def say(self, values: Mapping[str, Any]) -> str:
        """The notice in the language that is active."""
        days = {name: longday(values[name]) for name in self.days}
        return str(self.words).format(**(dict(values) | days))

    def address(self, values: Mapping[str, Any]) -> str:
        """The path of the page it leads to."""
        return reverse(self.page, args=[values[self.named_by]] if self.named_by else [])


_kinds: dict[str, Kind] = {}
_letters_to_clients: set[str] = set()


def register(*kinds: Kind) -> None:
    """Declare what a room says to affiliates and staff."""
    for kind in kinds:
        if kind.must and kind.at_first is not How.MAIL:
            raise ValueError(f"{kind.code} must leave by mail at once")
        _kinds[kind.code] = kind


def register_letters_to_clients(*codes: str) -> None:
    """Declare the letters of a room that go to people who have no portal."""
    _letters_to_clients.update(codes)


def kinds() -> Collection[Kind]:
    """Every kind, in the order of the rooms."""
    return _kinds.values()


def kind_of(code: str) -> Kind:
    """The kind with this code."""
    return _kinds[code]


def letters() -> set[str]:
    """Every letter of the house, by the name of its file."""
    own = {kind.code for kind in kinds() if kind.own_letter}
    return own | _letters_to_clients | {PLAIN_LETTER, DIGEST}


# --- Telling -------------------------------------------------------------------------------------


def tell(
    code: str,
    *,
    reader: Reader,
    about: Model | str,
    once: str,
    at: datetime,
    values: Mapping[str, Any] | None = None,
    context: Mapping[str, Any] | None = None,
    link: Link | None = None,
) -> bool:
    """Say it to one person, with what happened. False when it was said before.

    ``values`` fill in the words and name the page; ``context`` and ``link`` are the letter's.
    """
    kind, kept = _kinds[code], plain(values or {})
    how = choice_of(reader.user_id, kind)
    notice = Notice(
        user_id=reader.user_id,
        kind=code,
        once=once,
        about=journal.key(about),
        values=kept,
        told_at=at,
        waits=how is How.DIGEST,
    )
    with transaction.atomic(savepoint=False):
        if not first_to_say(notice, by="ref"):
            return False
        if how is How.MAIL:
            _write(kind, reader, notice, at=at, context=dict(context or {}), link=link)
    return True


def _write(
    kind: Kind,
    reader: Reader,
    notice: Notice,
    *,
    at: datetime,
    context: dict[str, Any],
    link: Link | None,
) -> None:
    words, page = line_of(notice, reader.language)
    mail.post(
        kind.code,
        template=kind.code if kind.own_letter else PLAIN_LETTER,
        to=reader.address,
        language=reader.language,
        about=notice.about,
        once=notice.once,
        at=at,
        context={"name": reader.name, "words": words, "page": page, **context},
        link=link,
        way_out=None if kind.must else way_out(reader, at=at),
    )


def way_out(reader: Reader, *, at: datetime) -> Link:
    """The link by which a person stops letters she may do without: one for all of hers."""
    subject = f"user:{reader.user_id}"
    return links.newest(subject, "notices") or links.issue(
        "notices", subject=subject, address=reader.address, at=at
    )


def line_of(notice: Notice, language: str) -> tuple[str, str]:
    """A notice in a letter: its words, and where it is opened."""
    with translation.override(language):
        return _kinds[notice.kind].say(notice.values), public("notice", notice.ref)


def public(name: str, *args: str) -> str:
    """The absolute address of a page."""
    return f"{settings.COOP_PUBLIC_URL}{reverse(name, args=args)}"


def settle(*codes: str, about: Model | str, at: datetime) -> int:
    """What these notices asked for is done: they are as good as read, and in no digest."""
    rows = Notice.objects.filter(kind__in=codes, about=journal.key(about), read_at=None)
    return rows.update(read_at=at, waits=False)


# --- Reading -------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A notice in words."""

    ref: str
    text: str
    told_at: datetime
    unread: bool


def told(user_id: int) -> QuerySet[Notice]:
    """All a person was told, of the kinds that are still said."""
    return Notice.objects.filter(user_id=user_id, kind__in=_kinds)


def unread(user_id: int) -> int:
    """How many a person has not read, `MANY` at most."""
    return told(user_id).filter(read_at=None)[:MANY].count()


def page(user_id: int, *, before: str = "") -> tuple[list[Shown], str]:
    """Her notices, newest first, from one on; and where the next page begins ("" at the end)."""
    rows = told(user_id).order_by("-id")
    if before:
        rows = rows.filter(id__lt=rows.filter(ref=before).values("id"))
    found = list(rows[: PAGE + 1])
    shown = [
        Shown(
            ref=row.ref,
            text=_kinds[row.kind].say(row.values),
            told_at=row.told_at,
            unread=row.read_at is None,
        )
        for row in found[:PAGE]
    ]
    return shown, shown[-1].ref if len(found) > PAGE else ""


def read(notice: Notice, *, at: datetime) -> str:
    """A person opens one; gives the path of its page."""
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=at, waits=False)
    return _kinds[notice.kind].address(notice.values)


def read_all(user_id: int, *, upto: Notice, at: datetime) -> int:
    """A person has seen her list: this one and all before it are read."""
    rows = Notice.objects.filter(user_id=user_id, read_at=None, pk__lte=upto.pk)
    return rows.update(read_at=at, waits=False)


# --- Choosing ------------------------------------------------------------------------------------


def kinds_for(roles: Iterable[str]) -> list[Kind]:
    """The kinds a person with these roles may get."""
    wanted = set(roles)
    return [kind for kind in kinds() if wanted & set(kind.to)]


def choice_of(user_id: int, kind: Kind) -> How:
    """How a person is told of a kind."""
    if kind.must:
        return How.MAIL
    chosen = NoticeChoice.objects.filter(user_id=user_id, kind=kind.code)
    return How(chosen.values_list("how", flat=True).first() or kind.at_first)


def choices_of(user_id: int, roles: Iterable[str]) -> dict[str, How]:
    """How she is told of each kind she may choose for."""
    chosen = dict(NoticeChoice.objects.filter(user_id=user_id).values_list("kind", "how"))
    free = [kind for kind in kinds_for(roles) if not kind.must]
    return {kind.code: How(chosen.get(kind.code, kind.at_first)) for kind in free}


@transaction.atomic
def choose(user_id: int, wanted: Mapping[str, How], *, by: Actor, at: datetime) -> None:
    """A person says how she wants to be told, by kind. Raises ``NotAChoice``.

    What no longer comes with the digest is taken out of the one that waits.
    """
    for code in wanted:
        if (kind := _kinds.get(code)) is None or kind.must:
            raise NotAChoice(label=kind.label if kind else code)
    NoticeChoice.objects.bulk_create(
        [NoticeChoice(user_id=user_id, kind=code, how=wanted[code]) for code in sorted(wanted)],
        update_conflicts=True,
        unique_fields=["user_id", "kind"],
        update_fields=["how"],
    )
    quiet = [code for code, how in wanted.items() if how is How.PORTAL]
    Notice.objects.filter(user_id=user_id, waits=True, kind__in=quiet).update(waits=False)
    journal.record("notices.chosen", f"user:{user_id}", by=by, at=at, wanted=wanted)
