"""The API of this room: the token in hand, and the register of trades."""

from typing import Any

from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from members.api_base import ApiView, described, user_of
from members.models import ContractKind, Trade, TradePaper, TradeStatus
from members.scopes import Scope
from members.trades import standing_of
from office import clock
from office.api.values import ChoiceOut, InstantOut, Out, RefOut, TextOut


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


urlpatterns: list[Any] = [
    path("token", TokenView.as_view(), name="api-token"),
    path("trades", Trades.as_view(), name="api-trades"),
]
