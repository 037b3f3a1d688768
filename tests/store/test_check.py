"""fsck finds every kind of damage, and names it."""

import asyncio
import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from channelhub.store.check import Damage, check
from channelhub.store.database import StoreError
from channelhub.store.inbox import Delivery
from channelhub.store.opening import Store
from channelhub.store.places import DATABASE_FILE
from tests.emptystore import open_store
from tests.store.conftest import BEGAN
from tests.store.deliveries import delivery, raw


async def fill(state_dir: Path, *, count: int = 3) -> str:
    """A state with small deliveries and a large one; the large one's file."""
    store = await open_store(state_dir, now=BEGAN, on_broken=lambda _: None)
    writing = asyncio.create_task(store.writer.run())
    for number in range(count):
        await store.writer.deliver(delivery(f"small-{number}", body=f"the words of {number} ".encode() * 40))
    blob = store.blobs.put(b"large body")
    large = Delivery(
        raws=[raw("large", b"large body")], blobs=[blob], cursor=None, cursor_account="mail", received_at=BEGAN
    )
    await store.writer.deliver(large)
    await store.writer.stop()
    await writing
    await store.close()
    return blob


def change(state_dir: Path, *statements: str) -> None:
    with closing(sqlite3.connect(state_dir / DATABASE_FILE)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


async def damages(state_dir: Path) -> list[tuple[str, str]]:
    return [(damage.where, damage.what) for damage in (await check(state_dir)).damages]


async def test_a_whole_state_is_told_so_with_what_was_looked_at(tmp_path: Path) -> None:
    await fill(tmp_path)
    steps: list[tuple[str, int, int]] = []
    report = await check(tmp_path, progress=lambda *step: steps.append(step))

    assert report.is_whole
    assert (report.deliveries, report.files, report.unused) == (4, 1, 0)
    assert {what for what, _, _ in steps} >= {"database", "deliveries"}
    assert all(done <= total for _, done, total in steps)


async def test_a_running_store_can_be_checked(store: Store) -> None:
    await store.writer.deliver(delivery("a"))

    assert (await check(store.path.parent)).deliveries == 1


async def test_one_flipped_bit_of_a_stored_body_is_found(tmp_path: Path) -> None:
    await fill(tmp_path)
    change(tmp_path, "UPDATE inbox SET body = CAST(replace(CAST(body AS TEXT), '1', '0') AS BLOB) WHERE id = 2")

    assert await damages(tmp_path) == [("inbox", "2 (small-1)")]


@pytest.mark.slow
async def test_flipped_bits_of_the_file_itself_are_found(tmp_path: Path) -> None:
    """SQLite has no checksums: in a body the damage is invisible to it, in a page's structure it isn't to us."""
    await fill(tmp_path, count=200)
    path = tmp_path / DATABASE_FILE
    whole = path.read_bytes()
    chance = random.Random(7)
    missed = 0
    for place in chance.sample([at for at in range(len(whole)) if whole.startswith(b"words of", at)], 20):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        missed += (await check(tmp_path)).is_whole
    path.write_bytes(whole)

    assert missed == 0
    assert (await check(tmp_path)).is_whole


async def test_a_torn_database_is_damage_and_no_traceback(tmp_path: Path) -> None:
    await fill(tmp_path, count=200)
    path = tmp_path / DATABASE_FILE
    content = bytearray(path.read_bytes())
    content[8192 * 2 : 8192 * 12] = b"\xff" * (8192 * 10)
    path.write_bytes(content)
    torn = await check(tmp_path)
    path.write_bytes(b"not a database at all" * 1000)

    assert not torn.is_whole
    assert {damage.where for damage in torn.damages} >= {"database"}
    assert (await check(tmp_path)).damages == [Damage(where="database", what="", detail="file is not a database")]


async def test_a_file_that_is_gone_damaged_or_named_wrongly_is_found(tmp_path: Path) -> None:
    blob = await fill(tmp_path)
    path = tmp_path / "blobs" / blob[:2] / blob
    path.write_bytes(b"large bodz")
    damaged = await damages(tmp_path)
    path.unlink()
    gone = await damages(tmp_path)
    path.write_bytes(b"large body")
    change(tmp_path, f"UPDATE inbox SET sha256 = x'{'ab' * 32}' WHERE id = 4")
    misnamed = await damages(tmp_path)

    assert damaged == gone == misnamed == [("inbox", "4 (large)")]


async def test_an_attachment_without_its_file_is_found(tmp_path: Path) -> None:
    await fill(tmp_path)
    name = "0" * 64
    change(
        tmp_path,
        "INSERT INTO attachments (message_id, n, filename, content_type, size, sha256, is_inline, content_id,"
        f" reference) VALUES (1, 0, 'a', 'b', 1, '{name}', 0, '', '')",
    )

    assert await damages(tmp_path) == [("attachment", name)]


async def test_rows_that_name_rows_that_are_gone_are_found(tmp_path: Path) -> None:
    await fill(tmp_path)
    change(tmp_path, "PRAGMA foreign_keys = OFF", "INSERT INTO pending (inbox_id) VALUES (99)")

    assert await damages(tmp_path) == [("reference", "pending 99")]


async def test_a_file_that_nothing_names_is_counted_and_harmless(tmp_path: Path) -> None:
    await fill(tmp_path)
    (tmp_path / "blobs" / "00").mkdir(exist_ok=True)
    (tmp_path / "blobs" / "00" / ("0" * 64)).write_bytes(b"left by a crash")
    report = await check(tmp_path)

    assert report.is_whole
    assert report.unused == 1


async def test_a_folder_without_a_database_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no database"):
        await check(tmp_path)
