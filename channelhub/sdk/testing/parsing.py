"""The promises of `parse`: pure, repeatable, and Unparseable is all it raises."""

import os
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from datetime import datetime
from typing import ClassVar, get_args

import pytest

from channelhub.domain.inbound import EditedMessage, Inbound, NewMessage
from channelhub.domain.raw import RawMessage
from channelhub.sdk.contract import CONTRACT_VERSION, Plugin
from channelhub.sdk.errors import Unparseable
from channelhub.sdk.testing.mutations import damaged
from channelhub.sdk.testing.rig import Rig

PARSE_DEADLINE_S = 2.0  # a parser child that takes longer for one message is killed


class ParsingContract:
    """See ConnectorContract."""

    rig: ClassVar[Callable[[], AbstractAsyncContextManager[Rig]]]

    @pytest.mark.asyncio
    async def test_manifest_is_complete(self) -> None:
        async with type(self).rig() as rig:
            manifest = rig.plugin.manifest

            assert manifest.kind, "kind names the connector in the configuration"
            assert manifest.title, "title is what an administrator reads"
            assert manifest.channel, "channel is the word on timelines"
            assert manifest.contract == CONTRACT_VERSION, "written for another version of the contract"
            assert isinstance(manifest.config, type), "config is a frozen msgspec.Struct"
            assert not manifest.can_send or manifest.identity_kind, "a sender names the kind of handle it sends to"

    @pytest.mark.asyncio
    async def test_parse_gives_values_the_core_can_store(self) -> None:
        async for plugin, vectors in self._vectors():
            for raw in vectors:
                items = list(plugin.parse(raw))
                assert items, f"{raw.delivery_id}: nothing to show; yield Unknown for a shape that you don't know"
                names = [_name(item) for item in items]
                assert len(set(names)) == len(names), f"{raw.delivery_id}: two items have one external id: {names}"
                for item in items:
                    assert isinstance(item, get_args(Inbound)), f"{type(item)} is not an Inbound value"
                    assert item.external_id, f"{raw.delivery_id}: an item without external id"
                    sent_at = item.message.sent_at if isinstance(item, EditedMessage) else _sent_at(item)
                    assert sent_at is None or sent_at.tzinfo, f"{raw.delivery_id}: sent_at has no timezone"

    @pytest.mark.asyncio
    async def test_parse_is_repeatable(self) -> None:
        async for plugin, vectors in self._vectors():
            first = [list(plugin.parse(raw)) for raw in vectors]
            with _local_timezone("Pacific/Auckland"):
                again = [list(plugin.parse(raw)) for raw in reversed(vectors)]

            for raw, before, after in zip(vectors, first, reversed(again), strict=True):
                assert before == after, f"{raw.delivery_id}: the same bytes gave other values the second time"

    @pytest.mark.asyncio
    async def test_parse_raises_unparseable_only(self) -> None:
        async for plugin, vectors in self._vectors():
            for seed, vector in enumerate(vectors):
                for raw in damaged(vector, seed=seed):
                    _try(plugin, raw)

    async def _vectors(self) -> AsyncIterator[tuple[Plugin, Sequence[RawMessage]]]:
        """The rig's plugin and samples, with no connector built."""
        async with type(self).rig() as rig:
            vectors = rig.vectors()
            assert vectors, "the rig has no vectors: parse would go untested"
            yield rig.plugin, [rig.handed_out(raw) for raw in vectors]


def _try(plugin: Plugin, raw: RawMessage) -> None:
    started = time.perf_counter()
    reason = "parsed"
    try:
        list(plugin.parse(raw))
    except Unparseable as exc:
        reason = str(exc)
    except Exception as exc:
        raise AssertionError(f"parse raised {exc!r} instead of Unparseable for {_shown(raw)}") from exc
    took_s = time.perf_counter() - started
    assert reason, "Unparseable has no reason: it is what the administrator reads beside a parked message"
    assert took_s < PARSE_DEADLINE_S, f"parse took {took_s:.1f} s for {_shown(raw)}"


def _shown(raw: RawMessage) -> str:
    body = raw.body if len(raw.body) <= 2000 else raw.body[:2000] + b"..."
    return f"content type {raw.content_type!r}, headers {raw.headers!r}, body {body!r}"


def _name(item: Inbound) -> tuple[str, str, object]:
    return type(item).__name__, item.external_id, getattr(item, "revision", getattr(item, "status", None))


def _sent_at(item: Inbound) -> datetime | None:
    return item.sent_at if isinstance(item, NewMessage) else getattr(item, "sent_at", getattr(item, "at", None))


@contextmanager
def _local_timezone(name: str) -> Iterator[None]:
    """The machine stands in another timezone while inside: a parser must not read the local clock."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = name
    time.tzset()
    try:
        yield
    finally:
        if before is None:
            del os.environ["TZ"]
        else:
            os.environ["TZ"] = before
        time.tzset()
