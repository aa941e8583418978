"""The API of this room: the token in hand, her activities, the register of trades."""

from typing import Any

from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from members.api_base import ApiView, described, user_of
from members.models import (
    ActivityMandate,
    ActivityRole,
    ContractKind,
    Trade,
    TradePaper,
    TradeStatus,
)
from members.scopes import Scope
from members.trades import standing_of
from office import clock
from office.api.values import ChoiceOut, DayOut, In, InstantOut, Out, RefOut, TextIn, TextOut, asked


class TokenOut(Out):
    """The token that asks."""

    ref = RefOut()
    name = TextOut()
    person = TextOut(source="user.name")
    staff = serializers.BooleanField(source="user.is_staff")
    scopes = serializers.ListField(child=ChoiceOut(Scope.values))
    created_at = InstantOut(or_none=False)
    expires_at = InstantOut(or_none=False)


class TradeQuery(In):
    """Which trades."""

    words = TextIn(most=80, required=False, help_text="How a trade, or its family, is called.")


class TradeOut(Out):
    """A trade of the register."""

    code = TextOut()
    label_fr = TextOut()
    label_nl = TextOut()
    label_en = TextOut()
    artistic = serializers.BooleanField()
    contract_kind = ChoiceOut(ContractKind.values)
    family = TextOut(source="family_id", or_none=True)
    sector = TextOut(source="family.parent_id", or_none=True, default=None)
    papers = serializers.ListField(child=ChoiceOut(TradePaper.values))
    status = ChoiceOut(TradeStatus.values, help_text="Today.")
    reason = TextOut(help_text="Why new jobs are paused or refused.")


class ActivityOut(Out):
    """An activity this person takes part in today."""

    ref = RefOut()
    name = TextOut()
    role = ChoiceOut(ActivityRole.values, help_text="Hers: a holder invites others.")
    starts_on = DayOut()
    ends_on = DayOut(or_none=True, help_text="Last day of her mandate.")


class Activities(ApiView):
    scopes = {"GET": Scope.ORDERS_READ}

    @described(
        "list_activities", "Activities", scope=Scope.ORDERS_READ, gives=ActivityOut(many=True)
    )
    def get(self, request: Request) -> Response:
        """Where her jobs may go, her own first."""
        held = ActivityMandate.objects.held(clock.today()).filter(affiliate__user=user_of(request))
        rows = held.select_related("activity").order_by("starts_on", "id")
        answer = [
            {
                "ref": row.activity.ref,
                "name": row.activity.name,
                "role": row.role,
                "starts_on": row.starts_on,
                "ends_on": row.ends_on,
            }
            for row in sorted(rows, key=lambda row: row.activity.affiliate_id != row.affiliate_id)
        ]
        return Response(ActivityOut(answer, many=True).data)


class TokenView(ApiView):
    @described("show_token", "The token in hand", gives=TokenOut)
    def get(self, request: Request) -> Response:
        """What this token is and may do."""
        user_of(request)
        return Response(TokenOut(request.auth).data)


class Trades(ApiView):
    @described("list_trades", "Trades", query=TradeQuery, gives=TradeOut(many=True))
    def get(self, request: Request) -> Response:
        """The trades a job may have, and where each stands today."""
        words = asked(TradeQuery, request).get("words", "")
        found = Trade.objects.registered().standing(clock.today())
        rows = list(found.found(words) if words else found)
        for row in rows:
            row.reason = standing_of(row).reason  # type: ignore[attr-defined]
        return Response(TradeOut(rows, many=True).data)


urlpatterns: list[Any] = [
    path("token", TokenView.as_view(), name="api-token"),
    path("activities", Activities.as_view(), name="api-activities"),
    path("trades", Trades.as_view(), name="api-trades"),
]
