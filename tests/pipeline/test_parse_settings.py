"""What an account's configuration says about reading reaches the parser with each delivery, and is stored with none."""

import asyncio
from contextlib import suppress
from dataclasses import replace

import pytest
import structlog

from channelhub.app.book import parse_settings
from channelhub.pipeline.bell import Bell
from channelhub.pipeline.replay import Replay
from channelhub.pipeline.stage import ProcessingStage
from channelhub.pipeline.wire import Reading, Task, decode_task, encode_task
from channelhub.sdk.contract import MAX_PARSE_SETTINGS_BYTES
from channelhub.settings.models import Account
from tests.contract.pushed import PLUGIN, Config
from tests.pipeline.workshop import BOOK, Workshop, words


class Recorder:
    """Stands for the parser children: notes what each was given."""

    def __init__(self) -> None:
        self.given: list[Task] = []
        self.is_asked = asyncio.Event()

    async def read(self, task: Task) -> Reading:
        self.given.append(decode_task(encode_task(task)))
        self.is_asked.set()
        said = words("m", "device:1")
        return Reading(id=task.id, items=(said,), features=(None,))


def configure(shop: Workshop, settings: bytes) -> None:
    shop.book = replace(
        BOOK, accounts={**BOOK.accounts, "form": replace(BOOK.accounts["form"], parse_settings=settings)}
    )


async def test_the_settings_are_those_of_the_moment_of_reading(shop: Workshop) -> None:
    configure(shop, b"first")
    recorder, processed = Recorder(), Bell()
    stage = ProcessingStage(
        shop.store,
        recorder,  # type: ignore[arg-type]  # a pool as far as the stage sees one
        book=lambda: shop.book,
        arrived=Bell(),
        processed=processed,
        now=lambda: shop.clock,
        log=structlog.get_logger(),
    )
    await shop.store_raw("form")
    running = asyncio.create_task(stage.run())
    heard = processed.rings
    await recorder.is_asked.wait()
    await processed.wait(heard, timeout_s=10)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    configure(shop, b"mended")
    replay = Replay(shop.acting, read=recorder.read)
    await replay.page(is_dry_run=True)
    [stored] = await shop.rows("SELECT * FROM inbox")

    assert [task.raw.settings for task in recorder.given] == [b"first", b"mended"]
    assert not any(b"first" in value for value in stored.values() if isinstance(value, bytes))


async def test_an_account_that_is_gone_has_none(shop: Workshop) -> None:
    _, raw = await shop.store_raw("bygone")
    task = shop.book.account("bygone").task(raw, number=1, path="")

    assert (task.kind, task.raw.settings) == ("", b"")


def test_more_than_fits_a_frame_is_refused() -> None:
    plugin = replace(PLUGIN, parse_settings=lambda _config: b"x" * (MAX_PARSE_SETTINGS_BYTES + 1))
    with pytest.raises(ValueError, match=r"accounts\.large"):
        parse_settings(plugin, Account(name="large", kind="line", config=Config()))
