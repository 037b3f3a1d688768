"""Backup while the store works, restore with sending paused, and every way in which that can go wrong."""

import asyncio
import os
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from channelhub.store import hub, inbox
from channelhub.store.backup import backup, read_manifest
from channelhub.store.blobs import Blobs
from channelhub.store.check import check
from channelhub.store.database import SchemaTooNew, StoreError
from channelhub.store.opening import Store, reading
from channelhub.store.places import DATABASE_FILE, SECRET_FILE
from channelhub.store.restore import BackupDamaged, StateInTheWay, restore
from channelhub.store.swap import RESTORING
from tests.emptystore import open_store
from tests.store.conftest import BEGAN
from tests.store.deliveries import delivery
from tests.store.test_check import change, fill


async def ids(state_dir: Path) -> list[str]:
    async with reading(state_dir) as session:
        return [one.delivery_id for one in await inbox.page(session, after=0, limit=1000)]


@pytest.fixture
async def state(tmp_path: Path) -> Path:
    """A stopped state with four deliveries, one of them large, and a secret."""
    state_dir = tmp_path / "state"
    state_dir.mkdir()
    await fill(state_dir)
    (state_dir / SECRET_FILE).write_bytes(b"s" * 32)
    return state_dir


async def test_a_backup_restores_to_the_same_state_with_sending_paused(state: Path, tmp_path: Path) -> None:
    manifest = await backup(state, tmp_path / "backup", now=BEGAN)
    target = tmp_path / "target"
    target.mkdir()
    restored = await restore(tmp_path / "backup", target, now=BEGAN)
    async with reading(target) as session:
        paused = await hub.fact(session, hub.SENDING_PAUSED)

    assert await ids(target) == await ids(state) == ["small-0", "small-1", "small-2", "large"]
    assert (target / SECRET_FILE).read_bytes() == b"s" * 32
    assert paused == BEGAN.isoformat()
    assert restored.aside is None
    assert restored.report.is_whole
    assert (manifest.deliveries, len(manifest.blobs), manifest.damaged) == (4, 1, ())
    assert (await check(target)).is_whole


async def test_the_files_of_attachments_are_in_the_backup(state: Path, tmp_path: Path) -> None:
    name = Blobs(state / "blobs").put(b"attached")
    change(
        state,
        "INSERT INTO attachments (message_id, n, filename, content_type, size, sha256, is_inline, content_id,"
        f" reference) VALUES (1, 0, 'a', 'b', 8, '{name}', 0, '', '')",
    )
    manifest = await backup(state, tmp_path / "backup", now=BEGAN)

    assert manifest.blobs[name] == 8
    assert (await check(tmp_path / "backup")).files == 2


async def test_a_backup_made_under_load_is_one_consistent_moment(store: Store, tmp_path: Path) -> None:
    """Each pair of deliveries is one commit: a backup holds both or neither, and every file it names."""
    is_on = True

    async def load() -> int:
        number = 0
        while is_on:
            blob = await asyncio.to_thread(store.blobs.put, f"large {number}".encode())
            pair = delivery(f"a{number}", f"b{number}", body=f"large {number}".encode())
            await store.writer.deliver(
                type(pair)(raws=pair.raws, blobs=[blob, ""], cursor=None, cursor_account="mail", received_at=BEGAN)
            )
            number += 1
        return number

    loading = asyncio.create_task(load())
    counts = []
    for number in range(3):
        target = tmp_path / f"backup-{number}"
        await asyncio.to_thread(asyncio.run, backup(store.path.parent, target, now=BEGAN))
        found = await ids(target)
        counts.append(len(found))
        assert {one[1:] for one in found if one[0] == "a"} == {one[1:] for one in found if one[0] == "b"}
        assert (await check(target)).is_whole
    is_on = False
    written = await loading

    assert counts == sorted(counts)
    assert 0 < counts[-1] <= 2 * written


async def test_a_backup_appears_whole_or_not_at_all(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        with pytest.raises(OSError, match="No space"):
            await backup(state, tmp_path / "backup", now=BEGAN)
    assert not (tmp_path / "backup").exists()
    await backup(state, tmp_path / "backup", now=BEGAN)

    assert (await check(tmp_path / "backup")).is_whole
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup", "state"]


async def test_a_backup_never_overwrites(state: Path, tmp_path: Path) -> None:
    await backup(state, tmp_path / "backup", now=BEGAN)

    with pytest.raises(StoreError, match="exists already"):
        await backup(state, tmp_path / "backup", now=BEGAN)


async def test_a_damaged_file_is_named_in_the_backup_and_needs_a_word_to_be_restored(
    state: Path, tmp_path: Path
) -> None:
    blob = next(iter((state / "blobs").glob("??/*")))
    blob.write_bytes(b"rotten")
    manifest = await backup(state, tmp_path / "backup", now=BEGAN)
    target = tmp_path / "target"
    target.mkdir()

    assert manifest.damaged == (blob.name,)
    with pytest.raises(BackupDamaged, match="large"):
        await restore(tmp_path / "backup", target, now=BEGAN)
    assert not (target / DATABASE_FILE).exists()
    restored = await restore(tmp_path / "backup", target, now=BEGAN, accepts_damage=True)
    assert [damage.what for damage in restored.report.damages] == ["4 (large)"]


@pytest.mark.parametrize("name", [DATABASE_FILE, SECRET_FILE, "blobs"])
async def test_a_backup_that_was_damaged_later_changes_nothing(state: Path, tmp_path: Path, name: str) -> None:
    await backup(state, tmp_path / "backup", now=BEGAN)
    path = tmp_path / "backup" / name
    path = next(path.glob("??/*")) if name == "blobs" else path
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    before = await ids(state)

    with pytest.raises(BackupDamaged):
        await restore(tmp_path / "backup", state, now=BEGAN, replaces=True)

    assert await ids(state) == before
    assert not (state / RESTORING).exists()


async def test_a_state_in_the_way_is_replaced_only_when_asked_and_kept_aside(state: Path, tmp_path: Path) -> None:
    await backup(state, tmp_path / "backup", now=BEGAN)
    change(state, "UPDATE inbox SET delivery_id = 'newer' WHERE id = 1")
    with pytest.raises(StateInTheWay, match="--force"):
        await restore(tmp_path / "backup", state, now=BEGAN)
    restored = await restore(tmp_path / "backup", state, now=BEGAN + timedelta(hours=1), replaces=True)

    assert restored.aside == state / "before-restore-20260302T100000Z"
    assert (await ids(restored.aside))[0] == "newer"
    assert (await ids(state))[0] == "small-0"
    assert (await check(restored.aside)).is_whole


async def test_a_newer_backup_and_a_foreign_folder_are_refused(state: Path, tmp_path: Path) -> None:
    await backup(state, tmp_path / "backup", now=BEGAN)
    manifest = tmp_path / "backup" / "manifest.json"
    text = manifest.read_text()
    manifest.write_text(text.replace('"schema": ', '"schema": 9'))
    with pytest.raises(SchemaTooNew, match="this release knows up to"):
        await restore(tmp_path / "backup", tmp_path, now=BEGAN)
    manifest.write_text(text.replace('"format": 1', '"format": 2'))
    with pytest.raises(StoreError, match="format 2"):
        read_manifest(tmp_path / "backup")
    manifest.write_text(text.replace('"secret.key"', '"../../secret.key"'))
    with pytest.raises(BackupDamaged, match="manifest"):
        await restore(tmp_path / "backup", tmp_path, now=BEGAN)
    with pytest.raises(StoreError, match="is no backup"):
        await restore(state, tmp_path, now=BEGAN)


@pytest.mark.parametrize("moves", range(9))
async def test_a_restore_cut_short_is_finished_at_the_next_start(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moves: int
) -> None:
    """After the marker the new state counts, after however many renames the process was killed."""
    await backup(state, tmp_path / "backup", now=BEGAN)
    change(state, "UPDATE inbox SET delivery_id = 'newer' WHERE id = 1")
    (state / f"{DATABASE_FILE}-wal").write_bytes(b"of the old database")
    left = moves
    real = Path.rename

    def rename(self: Path, target: Path) -> Path:
        nonlocal left
        left -= 1
        if left < 0:
            raise KeyboardInterrupt
        return real(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", rename)
        try:
            await restore(tmp_path / "backup", state, now=BEGAN, replaces=True)
        except KeyboardInterrupt:
            assert moves < 8
    store = await open_store(state, now=BEGAN, on_broken=lambda _: None)
    await store.close()

    aside = state / f"before-restore-{BEGAN:%Y%m%dT%H%M%SZ}"
    assert (await ids(state))[0] == "small-0"
    assert (await check(state)).is_whole
    assert not (state / RESTORING).exists()
    assert (aside / f"{DATABASE_FILE}-wal").read_bytes() == b"of the old database"
    assert (aside / SECRET_FILE).exists()


async def test_a_restore_cut_short_before_the_marker_changes_nothing(state: Path, tmp_path: Path) -> None:
    (state / RESTORING).mkdir()
    shutil.copy(state / DATABASE_FILE, state / RESTORING / DATABASE_FILE)
    with closing(sqlite3.connect(state / RESTORING / DATABASE_FILE)) as connection:
        connection.execute("DELETE FROM pending")
        connection.execute("DELETE FROM inbox")
        connection.commit()
    store = await open_store(state, now=BEGAN, on_broken=lambda _: None)
    await store.close()

    assert len(await ids(state)) == 4
