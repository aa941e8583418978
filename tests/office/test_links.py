"""Sealed links: one purpose, one life."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from office import links
from office.links import LinkClosed, LinkExpired, LinkRevoked, LinkUnknown, LinkUsed
from office.models import Link

AT = datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def link() -> Link:
    return links.issue(
        "sign",
        subject="order:12",
        address="marc@dumont.example",
        at=AT,
        expires_at=AT + timedelta(days=7),
    )


def test_a_link_opens_with_its_token_and_shows_as_an_address(link: Link, settings: Any) -> None:
    settings.COOP_PUBLIC_URL = "https://coop.example"
    assert links.open("sign", links.token(link), at=AT) == link
    assert links.url(link) == f"https://coop.example/s/{links.token(link)}/"
    assert links.token(Link.objects.get(pk=link.pk)) == links.token(link)
    assert links.newest("order:12", "sign") == link
    assert links.newest("order:12", "follow") is None


def test_the_token_is_stored_nowhere(link: Link) -> None:
    row = Link.objects.filter(pk=link.pk).values_list().get()
    assert links.token(link)[links.NONCE_LENGTH :] not in str(row)


@pytest.mark.parametrize(
    "altered",
    [
        lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
        lambda token: "A" * links.NONCE_LENGTH + token[links.NONCE_LENGTH :],
        lambda token: token[:-1],
        lambda token: token + "A",
        lambda token: token[:-1] + "\x00",
        lambda token: token[:-1] + "é",
        lambda _: "",
        lambda _: "../../etc/passwd",
    ],
)
def test_an_altered_token_opens_nothing(link: Link, altered: Any) -> None:
    with pytest.raises(LinkUnknown) as refusal:
        links.open("sign", altered(links.token(link)), at=AT)
    assert refusal.value.link is None
    assert "courriel" in str(refusal.value)


def test_a_token_serves_one_purpose(link: Link) -> None:
    with pytest.raises(LinkUnknown):
        links.open("follow", links.token(link), at=AT)


@pytest.mark.parametrize("field", ["subject", "address", "purpose", "created_at"])
def test_a_row_altered_behind_its_back_opens_no_more(link: Link, field: str) -> None:
    token = links.token(link)
    values = {"subject": "order:13", "address": "x@y.example", "purpose": "work", "created_at": AT}
    values["created_at"] = AT + timedelta(seconds=1)
    Link.objects.filter(pk=link.pk).update(**{field: values[field]})
    with pytest.raises(LinkUnknown):
        links.open("work" if field == "purpose" else "sign", token, at=AT)


def test_another_key_opens_nothing(link: Link, settings: Any) -> None:
    token = links.token(link)
    settings.LINK_KEY = "another key, of another deployment"
    with pytest.raises(LinkUnknown):
        links.open("sign", token, at=AT)


def test_a_link_is_used_once(link: Link) -> None:
    again = Link.objects.get(pk=link.pk)
    links.use(link, at=AT)
    with pytest.raises(LinkUsed):
        links.use(again, at=AT)
    with pytest.raises(LinkUsed) as refusal:
        links.open("sign", links.token(link), at=AT)
    assert refusal.value.link == link


def test_a_link_lapses_at_its_instant(link: Link) -> None:
    end = link.expires_at
    assert end is not None
    assert links.open("sign", links.token(link), at=end - timedelta(microseconds=1))
    with pytest.raises(LinkExpired):
        links.open("sign", links.token(link), at=end)


def test_a_link_without_end_stays_open() -> None:
    link = links.issue("follow", subject="order:12", address="a@b.example", at=AT)
    assert links.open("follow", links.token(link), at=AT + timedelta(days=4000)) == link


def test_revoking_closes_what_is_open_of_that_purpose(link: Link) -> None:
    follow = links.issue("follow", subject="order:12", address="a@b.example", at=AT)
    assert links.revoke("order:12", "sign", at=AT) == 1
    assert links.revoke("order:12", "sign", at=AT) == 0
    with pytest.raises(LinkRevoked):
        links.open("sign", links.token(link), at=AT)
    assert links.open("follow", links.token(follow), at=AT) == follow


def test_only_known_purposes(link: Link) -> None:
    with pytest.raises(ValueError, match="no purpose"):
        links.issue("steal", subject="order:12", address="a@b.example", at=AT)
    assert {LinkUnknown, LinkUsed, LinkExpired, LinkRevoked} == set(LinkClosed.__subclasses__())
