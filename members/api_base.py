"""The door of the API: a bearer token and its scope, a limit a minute, each write done once.

No cookie opens it, so no other site can ask in somebody's name.
"""

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import authentication, exceptions, negotiation, permissions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from members import terms, visitors
from members.actions import tokens
from members.models import ApiToken, KeptAnswer, User
from office import clock, languages
from office.actors import Actor
from office.api.problems import MEDIA_TYPE, Conflict, Problem
from office.rules import sha256

A_MINUTE = 120  # requests of one token
KEY = "Idempotency-Key"
KEY_FORM = "[A-Za-z0-9._:-]{1,100}"

COUNT = """
UPDATE members_apitoken
   SET last_used_at = %(at)s,
       used = CASE WHEN minute = date_trunc('minute', clock_timestamp()) THEN used + 1 ELSE 1 END,
       minute = date_trunc('minute', clock_timestamp())
 WHERE id = %(token)s
RETURNING used, 60 - extract(second FROM clock_timestamp())::int
"""


class Bearer(authentication.BaseAuthentication):
    """``Authorization: Bearer coop_…``: the person of a living token, of an open account."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        word, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if word.lower() != "bearer" or not secret.strip():
            return None
        token = (
            ApiToken.objects.select_related("user")
            .filter(digest=tokens.digest(secret.strip()), user__is_active=True)
            .first()
        )
        at = clock.now()
        if token is None or not token.living(at):
            raise exceptions.AuthenticationFailed(
                _("Ce jeton n’ouvre rien (plus) : il est inconnu, expiré ou révoqué."),
                code="token_unknown",
            )
        _count(token, at)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class HasScope(permissions.BasePermission):
    """The token has the scope the view names for this method."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not isinstance(request.auth, ApiToken):
            raise exceptions.NotAuthenticated(
                _("Donnez un jeton : « Authorization: Bearer … »."), code="token_missing"
            )
        scope = view.scopes.get(request.method)
        if scope and scope not in request.auth.scopes:
            raise exceptions.PermissionDenied(
                _("Ce jeton n’a pas le droit « {scope} ».").format(scope=scope),
                code="scope_missing",
            )
        return True


def _count(token: ApiToken, at: datetime) -> None:
    """Count the request in the database, where every web process counts: one small write."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"at": at, "token": token.pk})
        used, wait = cursor.fetchone()
    if used > A_MINUTE:
        raise exceptions.Throttled(wait=max(int(wait), 1), code="too_many_requests")


class OneWay(negotiation.BaseContentNegotiation):
    """Each address has one form; what the request would rather have does not matter."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return negotiation.DefaultContentNegotiation().select_parser(request, parsers)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class ApiView(APIView):
    """Base of every view of the API. ``scopes`` names what a token needs, by method."""

    authentication_classes = [Bearer]
    permission_classes = [HasScope]
    content_negotiation_class = OneWay
    scopes: ClassVar[dict[str, str]] = {}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Speak the caller's language: what the request asks for, else the person's own."""
        with translation.override(languages.asked(request) or settings.LANGUAGE_CODE):
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not languages.asked(request):
            translation.activate(user_of(request).language)
        writes = str(self.scopes.get(str(request.method), "")).endswith((":write", ":send"))
        if writes and terms.outstanding(user_of(request), clock.today()):
            raise exceptions.PermissionDenied(
                _("De nouvelles conditions d’adhésion attendent : acceptez-les dans le portail."),
                code="terms_to_accept",
            )


def user_of(request: Request) -> User:
    """The person the token stands for."""
    assert isinstance(request.user, User)
    return request.user


def token_of(request: Request) -> ApiToken:
    """The token that asks."""
    assert isinstance(request.auth, ApiToken)
    return request.auth


def actor_of(request: Request) -> Actor:
    """The author of what a program does: the person, and which of her tokens."""
    agent = f"API {token_of(request).prefix}… {visitors.agent(request)}"
    return user_of(request).as_actor(address=visitors.address(request), agent=agent)


def once(
    write: Callable[..., Response],
) -> Callable[..., Response]:
    """A POST that is done once per Idempotency-Key of a token; asked again, it answers the same.

    Everything happens in one transaction with the row of its key: two at once queue up at the key's
    unique row, and what was refused leaves no trace, so that it may be mended and asked again.
    """

    def post(view: ApiView, request: Request, *args: Any, **kwargs: Any) -> Response:
        key, token = _key_of(request), token_of(request)
        body = json.dumps(request.data, sort_keys=True)
        asked = sha256(f"{request.path} {body}".encode())
        with transaction.atomic():
            KeptAnswer.objects.bulk_create(
                [KeptAnswer(token=token, key=key, asked=asked, kept_at=clock.now())],
                ignore_conflicts=True,
            )
            kept = KeptAnswer.objects.select_for_update(no_key=True).get(token=token, key=key)
            if kept.asked != asked:
                raise Conflict(
                    _("Cette clé a servi pour une autre demande : prenez-en une nouvelle."),
                    code="key_used",
                )
            if kept.status is not None:
                return Response(kept.content, status=kept.status, headers={"Idempotent": "again"})
            answer = write(view, request, *args, **kwargs)
            kept.status, kept.content = answer.status_code, answer.data
            kept.save(update_fields=["status", "content"])
            return answer

    post.__name__, post.__doc__ = write.__name__, write.__doc__
    return post


def _key_of(request: Request) -> str:
    key = request.headers.get(KEY, "")
    if not re.fullmatch(KEY_FORM, key):
        sentence = _("Donnez une clé de 1 à 100 lettres ou chiffres, une nouvelle par demande.")
        raise exceptions.ValidationError({KEY: [sentence]})
    return key


# --- How an endpoint is described ----------------------------------------------------------------


ALWAYS = {
    401: "No token, or one that opens nothing.",
    403: "The token lacks the scope.",
    429: "More than 120 requests of this token in a minute; Retry-After says when.",
}
KEY_HEADER = OpenApiParameter(
    name=KEY,
    type={"type": "string", "pattern": f"^{KEY_FORM}$"},
    location=OpenApiParameter.HEADER,
    required=True,
    description="A new one for each thing you want done, the same when you ask again.",
)


def described(
    name: str,
    summary: str,
    *,
    gives: Any,
    scope: str = "",
    takes: Any = None,
    query: Any = None,
    status: int = 200,
    about_one: bool = False,
    refuses: bool = False,
    keyed: bool = False,
    media_type: str = "application/json",
    problems: dict[int, str] | None = None,
) -> Callable[[Any], Any]:
    """An endpoint as the description shows it, with every problem it may answer."""
    faults = dict(ALWAYS)
    if query is not None:
        faults[422] = "There is no such page."
    if takes is not None or query is not None or keyed:
        faults[400] = "Not of the described form; `fields` says what and where."
    if takes is not None:
        faults[415] = "Only JSON is read."
    if about_one:
        faults[404] = "There is no such thing, or it is not yours."
    if keyed:
        faults[409] = "The key served another request, or the status changed meanwhile."
    if refuses:
        faults |= {
            409: "The status changed meanwhile.",
            422: "Refused; `code` and `detail` say why and how to mend it.",
        }
    faults |= problems or {}
    answers: dict[Any, Any] = {(status, media_type): gives}
    for number, why in sorted(faults.items()):
        answers[(number, MEDIA_TYPE)] = OpenApiResponse(Problem, description=why)
    parameters: list[Any] = [KEY_HEADER] if keyed else []
    if query is not None:
        parameters.append(query)
    return extend_schema(
        operation_id=name,
        summary=summary,
        description=f"Scope: `{scope}`." if scope else "Any token.",
        request=takes,
        parameters=parameters,
        responses=answers,
    )
