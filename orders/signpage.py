"""The page behind the link to sign: what is shown, and each of the answers a client may give."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from members import visitors
from members.forms_base import HouseForm, add_refusal
from office import limits, links
from office.limits import TooOften
from office.models import Link
from office.refusals import Refusal
from orders import actions, drawing
from orders.actions.answers import is_late, standing_request
from orders.actions.codes import waits_for_code
from orders.actions.signing import CodeWanted, OlderVersion, is_signer
from orders.client_forms import ColleagueForm, OtherForm, SignForm
from orders.conditions import template_of
from orders.forms import ReasonForm
from orders.models import ChangeRequest, Order
from orders.rules import first_line
from orders.states import OrderStatus

MANY, A_WHILE = 60, 600  # answers by one link in ten minutes; fifty clicks at once are still heard
MANY_HERE = 300  # by one address of the network, where a whole office may sit
FORWARDS_AN_HOUR = 5


def count(request: HttpRequest, link: Link, *, at: datetime) -> None:
    """One answer by a link; `TooOften` when there were too many."""
    limits.take("link", link.pk, most=MANY, seconds=A_WHILE, at=at)
    limits.take("links-of", visitors.address(request), most=MANY_HERE, seconds=A_WHILE, at=at)


class SignPage:
    """One order, one link, one answer at most: GET shows, POST acts."""

    def __init__(self, request: HttpRequest, order: Order, link: Link, *, at: datetime) -> None:
        self.request, self.order, self.link, self.at = request, order, link, at
        self.by = visitors.client(request, self._called(), link)
        self.acts = is_signer(order, self.by)
        self.forms: dict[str, HouseForm] = {
            "decline": ReasonForm(prefix="no"),
            "other": OtherForm(prefix="other"),
            "forward": ColleagueForm(prefix="to"),
        }
        self.sign_form = self._sign_form(None)
        self.opened = self.refusal = ""  # which answer is being given, and why it was not
        self.code_sent = self.too_often = False

    def _called(self) -> str:
        """Who came: by the name his link was addressed to."""
        steps = {step.from_email.lower(): step.from_name for step in self.order.forwardings.all()}
        return steps.get(self.link.address.lower(), self.order.signer_name)

    # --- Answers ---------------------------------------------------------------------------------

    def answer(self) -> str:
        """What was done (sign, other, forward, decline, language); nothing: the page says why."""
        given = self.request.POST.get("answer", "sign")
        data = self.request.POST
        if given == "language":
            return self._tried(None, self._choose_language, given)
        if given == "code":
            self.sign_form = self._sign_form(None, typed=data)
            return self._tried(self.sign_form, self._send_code, "")
        if given == "sign":
            self.sign_form = self._sign_form(data)
            return self._filled(self.sign_form, self._sign, given)
        if given not in self.forms:
            return ""
        self.opened = given
        kind = type(self.forms[given])
        form = self.forms[given] = kind(data, prefix=self.forms[given].prefix)
        return self._filled(form, getattr(self, f"_{given}"), given)

    def _filled(self, form: HouseForm, act: Any, done: str) -> str:
        return self._tried(form, act, done) if form.is_valid() else ""

    def _tried(self, form: HouseForm | None, act: Any, done: str) -> str:
        try:
            count(self.request, self.link, at=self.at)
            act()
        except CodeWanted as wanted:
            self._ask_for_code(wanted)
        except OlderVersion as refusal:
            self._show_newest(form, refusal)
        except Refusal as refusal:
            self.too_often = isinstance(refusal, TooOften)
            self.order.refresh_from_db()
            self.acts = is_signer(self.order, self.by)
            if form is not None and form.is_bound and (self.acts or self.opened == "forward"):
                add_refusal(form, refusal)
            else:  # said on top: his form is not, or no longer, on the page
                self.refusal = str(refusal)
        else:
            return done
        return ""

    def _sign(self) -> None:
        values = self.sign_form.cleaned_data
        order, by, at = self.order, self.by, self.at
        if values["code"] and order.code_wanted:
            actions.confirm_code(order.pk, typed=values["code"], by=by, at=at)
        signer = actions.Signer(
            name=values["name"],
            role=values["role"],
            purchase_reference=values["purchase_reference"],
            drawing=values["drawing"],
            consent=values["consent"],
        )
        actions.sign(order.pk, shown_sha256=values["shown_sha256"], signer=signer, by=by, at=at)

    def _ask_for_code(self, wanted: CodeWanted) -> None:
        """The first time the code is mailed; after that it is what is still to type."""
        if waits_for_code(self.order, at=self.at):
            add_refusal(self.sign_form, wanted)
            return
        try:
            self._send_code()
        except Refusal as refusal:
            add_refusal(self.sign_form, refusal)

    def _send_code(self) -> None:
        actions.send_code(self.order.pk, by=self.by, at=self.at)
        self.code_sent = True

    def _decline(self) -> None:
        reason = self.forms["decline"].cleaned_data["reason"]
        actions.decline(self.order.pk, reason=reason, **self._whence())

    def _other(self) -> None:
        actions.ask_other(
            self.order.pk, text=self.forms["other"].cleaned_data["text"], **self._whence()
        )

    def _forward(self) -> None:
        limits.take(
            "forward",
            visitors.address(self.request),
            most=FORWARDS_AN_HOUR,
            seconds=3600,
            at=self.at,
        )
        to = actions.Colleague(**self.forms["forward"].cleaned_data)
        actions.forward(self.order.pk, to=to, **self._whence())

    def _choose_language(self) -> None:
        wanted = self.request.POST.get("language", "")
        language = wanted if wanted in dict(settings.LANGUAGES) else self.order.shown["language"]
        actions.choose_language(self.order.pk, language=language, by=self.by, at=self.at)

    def _whence(self) -> dict[str, Any]:
        shown = self.request.POST.get("shown_sha256", "")
        return {"shown_sha256": shown, "by": self.by, "at": self.at}

    def _show_newest(self, form: HouseForm | None, refusal: OlderVersion) -> None:
        """Another text than the one he read: shown as it is now, agreed to anew."""
        self.order.refresh_from_db()
        if form is self.sign_form or form is None:
            again = self.request.POST.copy()
            again["shown_sha256"] = self.order.shown_sha256
            again.pop("consent", None)
            form = self.sign_form = self._sign_form(again)
        add_refusal(form, refusal)

    # --- What is shown ---------------------------------------------------------------------------

    def _sign_form(self, data: Any, *, typed: Any = None) -> SignForm:
        order = self.order
        initial = self._remembered() | {"shown_sha256": order.shown_sha256}
        if typed is not None:
            initial |= {name: value for name, value in typed.items() if name != "code"}
        return SignForm(data, initial=initial, consent=order.shown["consent"])

    def _remembered(self) -> dict[str, str]:
        """His name and function: as he was named here, or as he signed from this mailbox before."""
        order = self.order
        step = order.forwardings.filter(to_email__iexact=order.signer_email).last()
        if step is not None:
            return {"name": step.to_name, "role": step.to_role}
        before = (
            Order.objects.filter(
                client=order.client,
                signer_email__iexact=order.signer_email,
                signed_name=order.signer_name,
                signed_at__isnull=False,
            )
            .order_by("-signed_at")
            .first()
        )
        return {"name": order.signer_name, "role": before.signed_role if before else ""}

    @property
    def context(self) -> dict[str, Any]:
        """What the page prints."""
        order, shown = self.order, self.order.shown
        wants_code = order.code_wanted and (
            self.code_sent or waits_for_code(order, at=self.at) or "code" in self.sign_form.errors
        )
        if wants_code:
            self.sign_form.fields["code"].required = True  # read by the label only from here on
        return {
            "order": order,
            "shown": shown,
            "title": first_line(shown["description"]),
            "conditions": template_of(order.conditions_version, shown["language"]),
            "form": self.sign_form,
            "no_form": self.forms["decline"],
            "other_form": self.forms["other"],
            "to_form": self.forms["forward"],
            "opened": self.opened,
            "acts": self.acts,
            "refusal": self.refusal,
            "wants_code": wants_code,
            "code_sent": self.code_sent,
            "address": links.masked(order.signer_email),
            "standing": standing_request(order),
            "kept": _last_reply(order),
            "step": order.forwardings.last(),
            "languages": settings.LANGUAGES,
            "canvas": {"width": drawing.WIDTH, "height": drawing.HEIGHT},
            "token": links.token(self.link),
        }


def _last_reply(order: Order) -> ChangeRequest | None:
    """What the affiliate answered of this version."""
    replied = ChangeRequest.objects.filter(order=order, decided_at__gte=order.sent_at)
    return replied.exclude(decision="").order_by("-decided_at").first()


def may_ask_again(order: Order, link: Link, *, at: datetime) -> bool:
    """Whether there is something to send to the address of a link: the order to sign, the page of
    the signed one, or the wish for a new version.
    """
    waits = is_late(order, at=at) or order.status == OrderStatus.SENT
    waits = waits or links.newest(order, "follow") is not None
    return link.address.lower() == order.signer_email.lower() and waits
