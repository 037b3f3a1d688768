"""Answers: in private or in public as the customer wrote, signed for the account, and each refusal told apart."""

from typing import Any

import pytest

from channelhub.domain.media import MediaReference
from channelhub.domain.outbound import Outbound
from channelhub.domain.secrets import Secret
from channelhub.sdk.errors import AuthFailed, Blocked, Rejected, Unavailable
from channelhub.sdk.testing import Fault
from connectors.x.client import LATER_S, MUCH_LATER_S, Unclear
from connectors.x.config import XConfig
from connectors.x.oauth import authorization
from connectors.x.plugin import plugin
from connectors.x.send import weight
from tests.connectors.x.conftest import Desk, settings
from tests.connectors.x.vectors import IRYNA, POST_ID, PRIVATE

PUBLIC = {"conversation_key": f"{POST_ID}#{IRYNA}", "in_reply_to": f"post:{POST_ID}"}


def answer(text: str = "Вже їде", **changes: Any) -> Outbound:
    return Outbound(**{"id": 1, "to": IRYNA, "text": text, "conversation_key": IRYNA, **changes})


@pytest.mark.parametrize(
    ("version", "right"),
    [("1", "tnnArxj06cWHq44gCs1OSKk%2FjLY%3D"), ("1.1", "hCtSmYh%2BiHYCEqBWrE7C7hYmtUk%3D")],
)
def test_signature_of_a_request_is_the_documented_one(version: str, right: str) -> None:
    config = XConfig(
        user_id="1",
        consumer_key=Secret("xvz1evFS4wEEPTGEFPHBog"),
        consumer_secret=Secret("kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw"),
        bearer_token=Secret("b"),
        access_token=Secret("370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb"),
        access_token_secret=Secret("LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE"),
    )
    header = authorization(
        config,
        "post",
        f"https://api.twitter.com/{version}/statuses/update.json?include_entities=true",
        nonce="kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg",
        at_s=1318622958,
        form={"status": "Hello Ladies + Gentlemen, a signed OAuth request!"},
    )

    assert f'oauth_signature="{right}"' in header


async def test_direct_message_goes_to_its_sender_and_the_receipt_is_its_id(desk: Desk) -> None:
    receipt = await desk.connector().send(answer())

    [(_, path, proof)] = desk.server.calls
    assert (path, desk.server.sent) == (f"dm_conversations/with/{IRYNA}/messages", [{"text": "Вже їде"}])
    assert proof.startswith("OAuth ")
    assert receipt.external_id.startswith("dm:2080")


async def test_public_answer_goes_below_the_post(desk: Desk) -> None:
    receipt = await desk.connector().send(answer(**PUBLIC))

    assert desk.server.sent == [{"text": "Вже їде", "reply": {"in_reply_to_tweet_id": POST_ID}}]
    assert receipt.external_id.startswith("post:2080")


@pytest.mark.parametrize(
    ("status", "words", "failure", "wait_s"),
    [
        (401, "Unauthorized", AuthFailed, None),
        (402, "CreditsDepleted", Unavailable, MUCH_LATER_S),
        (403, "You do not have permission to DM one or more participants.", Blocked, None),
        (403, "duplicate content", Rejected, None),
        (400, "too long", Rejected, None),
        (429, "slow down", Unavailable, LATER_S),
        (503, "over capacity", Unclear, None),
    ],
)
async def test_refusals_are_told_apart(
    desk: Desk, status: int, words: str, failure: type[Exception], wait_s: float | None
) -> None:
    desk.server.refusals[f"dm_conversations/with/{IRYNA}/messages"] = (status, words)
    with pytest.raises(failure) as raised:
        await desk.connector().send(answer())

    assert type(raised.value) is failure
    assert getattr(raised.value, "retry_after_s", None) == wait_s


async def test_limit_ends_when_x_says(desk: Desk) -> None:
    desk.server.takes, desk.server.resets_at = 0, int(desk.hub.now.timestamp()) + 777
    with pytest.raises(Unavailable) as raised:
        await desk.connector().send(answer())

    assert raised.value.retry_after_s == pytest.approx(777, abs=1)


@pytest.mark.parametrize("fault", [Fault.LOST_ANSWER, Fault.HTML_OK, Fault.TRUNCATED])
async def test_answer_that_says_nothing_is_uncertain(desk: Desk, fault: Fault) -> None:
    connector = desk.connector()
    desk.server.befall(fault)
    with pytest.raises(Unclear):
        await connector.send(answer())


@pytest.mark.parametrize(
    "message",
    [
        answer(""),
        answer(to="me", conversation_key="me"),
        answer(conversation_key="5"),
        answer(**PUBLIC, is_automatic=True),
        answer("", **PUBLIC),
        answer("я" * 281, **PUBLIC),
        answer(conversation_key=PUBLIC["conversation_key"]),
    ],
)
async def test_what_can_never_go_is_rejected_before_x_is_asked(desk: Desk, message: Outbound) -> None:
    with pytest.raises(Rejected):
        await desk.connector().send(message)

    assert not desk.server.calls


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("", 0),
        ("abc", 3),
        ("Де моє?", 7),
        ("漢字", 4),
        ("👍", 2),
        ("див. https://shop.example/a/very/long/address", 28),
    ],
)
def test_posts_are_counted_as_x_counts_them(text: str, counts: int) -> None:
    assert weight(text) == counts


async def test_private_file_is_asked_for_in_the_name_of_the_account(desk: Desk) -> None:
    private = await desk.connector().media(MediaReference(reference=PRIVATE))
    public = await desk.connector().media(MediaReference(reference="https://pbs.twimg.com/a.jpg"))
    unable = await desk.connector(access_token=Secret(), access_token_secret=Secret()).media(
        MediaReference(reference=PRIVATE)
    )

    assert private.headers["Authorization"].startswith("OAuth ")
    assert (public.headers, unable.headers) == ({}, {})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"consumer_secret": Secret()}, "consumer_secret is empty"),
        ({"bearer_token": Secret()}, "bearer_token is empty"),
        ({"access_token": Secret()}, "belong together"),
    ],
)
def test_settings_that_cannot_work_are_told(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        XConfig(**settings(**changes))


def test_account_without_tokens_of_its_own_cannot_answer() -> None:
    assert plugin.sends(XConfig(**settings()))
    assert not plugin.sends(XConfig(**settings(access_token=Secret(), access_token_secret=Secret())))
