"""The posts of the bench are those that the connectors read."""

import hashlib
import hmac
import json

import pytest

from bench.hooks import ACCOUNTS, SECRET
from bench.hooks_load import SHAPES, Load
from channelhub.domain.inbound import NewMessage
from channelhub.domain.raw import RawMessage
from connectors.meta.whatsapp.parse import parse


def test_posts_of_the_bench_are_whatsapp_s_own() -> None:
    body = SHAPES["whatsapp"][0](7, "Не проходить оплата", "b-1")
    [found] = parse(RawMessage(account="wa", delivery_id="1", body=body))

    assert isinstance(found, NewMessage)
    assert (found.content.text, found.sender.handles[0].kind) == ("Не проходить оплата", "whatsapp")


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_each_post_is_another_and_proved(shape: str) -> None:
    load = Load("/hooks/x", shape, SECRET)
    posts = [load.request().partition(b"\r\n\r\n") for _ in range(3)]
    proofs = [hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest() for _, _, body in posts]

    assert len({body for _, _, body in posts}) == 3
    assert all(proof.encode() in head for (head, _, _), proof in zip(posts, proofs, strict=True))
    assert all(json.loads(body) for _, _, body in posts)
    assert SECRET in ACCOUNTS
