"""Letters by e-mail: posted with the act that says it, delivered by a worker, never said twice.

A letter may be tried again as long as `handed_over_at` is empty. It is written, and committed, just
before the mail server gets the message; when nothing more is known after that, staff decide.
"""

import smtplib
from contextlib import suppress
from datetime import datetime
from email.utils import make_msgid, parseaddr
from functools import lru_cache
from re import compile as regex
from typing import Any
from urllib.parse import urlencode

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import Model, QuerySet
from django.template import Context, Engine, Template, TemplateDoesNotExist, engines
from django.utils import translation
from django.utils.html import escape, format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from office import journal, leases, links, outbox
from office.actors import Actor
from office.models import Letter, Link
from office.once import first_to_say

log = structlog.get_logger(__name__)

LINK_MARK = "⟦lien⟧"  # stands in the body where the link goes
LEASE_SECONDS = 60
FALLBACK_LANGUAGE = "fr"
TASK = "office.tasks.deliver_letter"
UNSURE = gettext_noop(
    "remis au serveur de messagerie, sans réponse : on ne sait pas s’il est arrivé"
)
NOBODY_THERE = gettext_noop("adresse refusée par le serveur de messagerie")
REFUSED = gettext_noop("refusé par le serveur de messagerie")
WORN_OUT = gettext_noop("chaque essai s’est arrêté en route")
MANY_SPACES = regex(r"[^\S\u00a0]+")  # a no-break space stays
SUBJECT_PREFIX = regex(r"^(Objet|Onderwerp|Subject)\s*:\s*")
LIBRARIES = "{% load house i18n %}"


def post(
    kind: str,
    *,
    to: str,
    language: str,
    about: Model | str,
    once: str,
    at: datetime,
    context: dict[str, Any] | None = None,
    link: Link | None = None,
    template: str = "",
    way_out: Link | None = None,
) -> Letter | None:
    """Write the letter ``templates/letters/<kind>.<language>.txt``; it leaves after the commit.

    ``once`` names what the letter says and to whom (``order.sent:12``): said again, nothing
    happens and None is returned. ``{{ link }}`` marks the place of the link (or of the code),
    filled in at delivery. ``template`` is the file when it is not the kind's own. ``way_out`` stops
    letters of the kind.
    """
    values = {**(context or {}), "link": LINK_MARK}
    subject_line, body = _written(template or kind, language, values)
    letter = Letter(
        once=once,
        kind=kind,
        to=to,
        language=language,
        subject_line=subject_line,
        body=body,
        link=link,
        way_out=way_out,
        about=journal.key(about),
        message_id=make_msgid(domain=_domain()),
        posted_at=at,
    )
    if not first_to_say(letter, by="message_id"):
        return None
    outbox.nudge(TASK, letter.pk)
    return letter


def to_deliver() -> QuerySet[Letter]:
    """Letters that were never given to the mail server."""
    return Letter.objects.filter(handed_over_at=None, sent_at=None)


def deliver(letter_id: int, *, at: datetime) -> None:
    """Give one letter to the mail server, unless somebody else does or did."""
    claim = leases.claim(to_deliver(), letter_id, seconds=LEASE_SECONDS)
    if claim is None:
        return
    letter = Letter.objects.select_related("link", "way_out").get(pk=letter_id)
    mine = to_deliver().filter(claimed_until=claim)
    try:
        connection = get_connection()
        message = _message(letter, connection)
        message.message().as_bytes()  # a message that cannot be written is found out here
        connection.open()
    except Exception as fault:  # nothing left the house: another attempt does no harm
        leases.give_back(mine, letter, fault=_named(fault), at=at, for_good=False)
        return
    try:
        _hand_over(letter, mine, message, at=at)
    finally:
        connection.close()


def _hand_over(
    letter: Letter, mine: QuerySet[Letter], message: EmailMultiAlternatives, *, at: datetime
) -> None:
    with transaction.atomic(durable=True):  # committed before the mail server hears of it
        if not mine.filter(pk=letter.pk).update(
            handed_over_at=at, claimed_until=leases.in_(LEASE_SECONDS)
        ):
            return  # another worker took it over
    given = Letter.objects.filter(pk=letter.pk, sent_at=None)
    try:
        message.send()
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as refusal:
        given.update(handed_over_at=None)  # the server said no: it does not have it
        leases.give_back(
            given, letter, fault=_named(refusal), at=at, for_good=_is_permanent(refusal)
        )
    except Exception as fault:  # it may have it, it may not
        log.warning("letter.unsure", letter=letter.pk, fault=type(fault).__name__)
        given.update(stuck_at=at, claimed_until=None, fault=f"{UNSURE} ({_named(fault)})"[:300])
    else:
        given.update(sent_at=at, stuck_at=None, claimed_until=None, fault="")


def leave_to_staff(*, at: datetime) -> int:
    """Letters no worker will finish: handed over by one that died, or tried too often."""
    unsure = Letter.objects.filter(
        leases.free(), handed_over_at__isnull=False, sent_at=None, stuck_at=None
    )
    left = unsure.update(stuck_at=at, fault=UNSURE)
    return left + leases.exhausted(to_deliver()).update(stuck_at=at, fault=WORN_OUT)


@transaction.atomic
def retry(letter: Letter, *, by: Actor, at: datetime) -> bool:
    """Staff have a stuck letter sent again, knowing that it may arrive twice."""
    freed = Letter.objects.filter(pk=letter.pk, sent_at=None, stuck_at__isnull=False).update(
        stuck_at=None, handed_over_at=None, claimed_until=None, attempts=0, fault=""
    )
    if freed:
        journal.record("letter.retried", letter, letter.about, by=by, at=at)
        outbox.nudge(TASK, letter.pk)
    return bool(freed)


@transaction.atomic
def settle(letter: Letter, *, by: Actor, at: datetime) -> bool:
    """Staff know that a stuck letter did arrive."""
    settled = Letter.objects.filter(
        pk=letter.pk, sent_at=None, stuck_at__isnull=False, handed_over_at__isnull=False
    ).update(sent_at=at, stuck_at=None, claimed_until=None, fault="")
    if settled:
        journal.record("letter.settled", letter, letter.about, by=by, at=at)
    return bool(settled)


# --- How a letter is written --------------------------------------------------------------------


def _domain() -> str:
    """The house's own, of the address it writes from."""
    _name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return address.rpartition("@")[2]


@lru_cache(maxsize=256)
def _template(kind: str, language: str) -> tuple[Template, Template]:
    """Subject and body of the letter in a language, in French when it has no other."""
    engine: Engine = engines["django"].engine  # type: ignore[attr-defined]
    try:
        source = _source(engine, f"letters/{kind}.{language}.txt")
    except TemplateDoesNotExist:
        if language == FALLBACK_LANGUAGE:
            raise
        return _template(kind, FALLBACK_LANGUAGE)
    first, _newline, rest = source.partition("\n")
    return (
        Template(LIBRARIES + SUBJECT_PREFIX.sub("", first), engine=engine),
        Template(LIBRARIES + rest.strip() + "\n", engine=engine),
    )


def _source(engine: Engine, name: str) -> str:
    """What the file says, not compiled yet."""
    for loader in engine.template_loaders:
        for origin in loader.get_template_sources(name):
            with suppress(TemplateDoesNotExist):
                reader: Any = origin.loader
                return str(reader.get_contents(origin))
    raise TemplateDoesNotExist(name)


def _written(kind: str, language: str, values: dict[str, Any]) -> tuple[str, str]:
    """The subject line (always one line) and the body."""
    subject, body = _template(kind, language)
    with translation.override(language):
        line = subject.render(Context(values, autoescape=False))
        text = body.render(Context(values, autoescape=False))
    return MANY_SPACES.sub(" ", line).strip()[:200], text.replace("\x00", "")


def _message(letter: Letter, connection: Any) -> EmailMultiAlternatives:
    filled = _filled_in(letter.link)
    leave = _leave(letter)
    headers = {"Message-ID": letter.message_id, "Auto-Submitted": "auto-generated"}
    if leave:  # RFC 8058: the mail program's own button does it in one click
        headers["List-Unsubscribe"] = f"<{leave}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    with translation.override(letter.language):
        question = _("Ne plus recevoir ce genre d’e-mail :") if leave else ""
    message = EmailMultiAlternatives(
        subject=letter.subject_line,
        body=letter.body.replace(LINK_MARK, filled)
        + (f"\n-- \n{question} {leave}\n" if leave else ""),
        to=[letter.to],
        connection=connection,
        headers=headers,
    )
    message.attach_alternative(_page(letter, filled, question, leave), "text/html")
    return message


def _filled_in(link: Link | None) -> str:
    """What comes in place of the mark."""
    if link is None:
        return ""
    return links.code(link) if link.purpose == links.CODE else links.url(link)


def _leave(letter: Letter) -> str:
    """Where the reader stops letters of this kind; "" when she must get them."""
    if letter.way_out is None:
        return ""
    return f"{links.url(letter.way_out)}?{urlencode({'kind': letter.kind})}"


def _page(letter: Letter, filled: str, question: str, leave: str) -> SafeString:
    """The same words as a plain page, the links clickable, a code large."""
    look = '<a href="{}" style="color:#0d6b52">{}</a>'
    if letter.link and letter.link.purpose == links.CODE:
        look = '<strong style="font-size:28px;letter-spacing:4px">{}</strong>'
    shown = format_html(look, filled, filled)
    words = linebreaks(escape(letter.body)).replace(escape(LINK_MARK), shown)
    end = '<p style="color:#5a6472;font-size:14px">{} <a href="{}" style="color:#5a6472">{}</a></p>'
    return format_html(
        '<!doctype html><html lang="{}"><head><meta charset="utf-8"><title>{}</title></head>'
        '<body style="margin:0;background:#faf8f4;color:#1c2430;'
        'font:17px/1.5 system-ui,-apple-system,Segoe UI,Roboto,sans-serif">'
        '<div style="max-width:36em;margin:0 auto;padding:24px;background:#ffffff;'
        'border-top:4px solid #0d6b52">{}{}</div></body></html>',
        letter.language,
        letter.subject_line,
        mark_safe(words),
        format_html(end, question, leave, leave) if leave else "",
    )


# --- What the mail server answered --------------------------------------------------------------


def _is_permanent(refusal: smtplib.SMTPException) -> bool:
    if isinstance(refusal, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _text in refusal.recipients.values())
    return isinstance(refusal, smtplib.SMTPResponseException) and refusal.smtp_code >= 500


def _named(fault: Exception) -> str:
    """The kind of fault and the server's codes, without address or text that could hold one."""
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        codes = sorted({code for code, _text in fault.recipients.values()})
        return f"{NOBODY_THERE} ({', '.join(map(str, codes))})"
    if isinstance(fault, smtplib.SMTPResponseException):
        return f"{REFUSED} ({fault.smtp_code})"
    return type(fault).__name__
