"""The API of this room: the token in hand, the register of trades, the person’s activities."""

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
from office.api.values import ChoiceOut, DayOut, InstantOut, Out, RefOut, TextOut


class TokenOut(Out):
    """The token that asks."""

    ref = RefOut()
    name = TextOut()
    person = TextOut(source="user.name")
    staff = serializers.BooleanField(source="user.is_staff")
    scopes = serializers.ListField(child=ChoiceOut(Scope.values))
    created_at = InstantOut(or_none=False)
    expires_at = InstantOut(or_none=False)


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
    """An activity a job may go to, and the person’s mandate in it."""

    ref = RefOut(source="activity.ref")
    name = TextOut(source="activity.name")
    role = ChoiceOut(ActivityRole.values)
    starts_on = DayOut()
    ends_on = DayOut(or_none=True)


class TokenView(ApiView):
    @described("show_token", "The token in hand", gives=TokenOut)
    def get(self, request: Request) -> Response:
        """What this token is and may do."""
        user_of(request)
        return Response(TokenOut(request.auth).data)


class Trades(ApiView):
    @described("list_trades", "Trades", gives=TradeOut(many=True))
    def get(self, request: Request) -> Response:
        """The trades a job may have, and where each stands today."""
        rows = list(Trade.objects.registered().standing(clock.today()))
        for row in rows:
            row.reason = standing_of(row).reason  # type: ignore[attr-defined]
        return Response(TradeOut(rows, many=True).data)


class Activities(ApiView):
    scopes = {"GET": Scope.ORDERS_READ}

    @described(
        "list_activities", "Activities", scope=Scope.ORDERS_READ, gives=ActivityOut(many=True)
    )
    def get(self, request: Request) -> Response:
        """Those the person takes part in today; the one opened for her first."""
        person = user_of(request)
        rows = ActivityMandate.objects.held(clock.today()).filter(affiliate__user=person)
        hers = sorted(
            rows.select_related("activity"),
            key=lambda row: (row.activity.affiliate_id != row.affiliate_id, row.activity_id),
        )
        return Response(ActivityOut(hers, many=True).data)


urlpatterns: list[Any] = [
    path("activities", Activities.as_view(), name="api-activities"),
    path("token", TokenView.as_view(), name="api-token"),
    path("trades", Trades.as_view(), name="api-trades"),
]
