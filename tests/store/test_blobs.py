"""Files named by their content."""

import hashlib
import os
import stat
import time
from pathlib import Path

import pytest

from channelhub.store.blobs import BlobMissing, Blobs
from channelhub.store.folders import make_folder


def test_a_file_is_named_by_its_digest_and_given_back(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path / "blobs")
    name = blobs.put(b"content")

    assert name == hashlib.sha256(b"content").hexdigest()
    assert blobs.get(name) == b"content"
    assert blobs.names() == [name]
    assert blobs.path(name) == tmp_path / "blobs" / name[:2] / name


def test_storing_twice_keeps_one_file_and_leaves_nothing_else(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path / "blobs")
    name = blobs.put(b"content")
    blobs.put(b"content")

    assert [path.name for path in (tmp_path / "blobs").rglob("*") if path.is_file()] == [name]


def test_only_the_user_can_look_into_the_folder(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path / "blobs")
    folder = blobs.path(blobs.put(b"content")).parent

    assert {stat.S_IMODE(place.stat().st_mode) for place in (tmp_path / "blobs", folder)} == {0o700}


def test_a_damaged_or_lost_file_is_told_from_a_good_one(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path / "blobs")
    damaged, lost = blobs.put(b"damaged"), blobs.put(b"lost")
    blobs.path(damaged).write_bytes(b"damagee")
    blobs.path(lost).unlink()

    with pytest.raises(BlobMissing, match="another digest"):
        blobs.get(damaged)
    with pytest.raises(BlobMissing, match="can't be read"):
        blobs.get(lost)


def test_a_file_of_another_folder_is_copied_whole_or_not_at_all(tmp_path: Path) -> None:
    source, target = Blobs(tmp_path / "one"), Blobs(tmp_path / "two")
    content = b"abc" * 1_000_000
    name, bad = source.put(content), source.put(b"bad")
    source.path(bad).write_bytes(b"b@d")

    assert (target.copy(source, name), target.get(name)) == (len(content), content)
    for gone in (bad, "0" * 64):
        with pytest.raises(BlobMissing):
            target.copy(source, gone)
    assert [path.name for path in target.folder.rglob("*") if path.is_file()] == [name]


def _aged(blobs: Blobs, path: Path, seconds: float) -> None:
    """Stored so long before this process was there."""
    at_s = blobs._began_s - seconds
    os.utime(path, (at_s, at_s))


def _shelf(name: str) -> int:
    return int(name[:2], 16)


def test_what_an_earlier_process_left_can_be_taken_away_what_this_one_stored_can_not(tmp_path: Path) -> None:
    folder = tmp_path / "blobs"
    earlier = Blobs(folder)
    lost, again = earlier.put(b"lost"), earlier.put(b"again")
    blobs = Blobs(folder)
    for name in (lost, again):
        _aged(blobs, blobs.path(name), 60)
    new = blobs.put(b"new")
    offered = [one for name in (lost, again, new) for one in blobs.left_over(_shelf(name))]
    blobs.put(b"again")  # its name is about to be committed
    _aged(blobs, blobs.path(new), 60)  # as where the clock is set back

    assert sorted(offered) == sorted([lost, again])
    assert blobs.remove_left_over([lost, again, new]) == 1
    assert blobs.names() == sorted([again, new])


def test_what_this_process_stored_is_left_over_a_day_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blobs = Blobs(tmp_path / "blobs")
    name = blobs.put(b"refused")
    found, now, ticks = [], time.time(), time.monotonic()
    for passed_s in (23 * 3600, 25 * 3600):
        monkeypatch.setattr(time, "time", lambda passed_s=passed_s: now + passed_s)
        monkeypatch.setattr(time, "monotonic", lambda passed_s=passed_s: ticks + passed_s)
        found.append((blobs.left_over(_shelf(name)), blobs.remove_left_over([name])))

    assert found == [([], 0), ([name], 1)]


def test_what_is_stored_again_is_as_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blobs = Blobs(tmp_path / "blobs")
    name = blobs.put(b"again")
    _aged(blobs, blobs.path(name), 60)
    blobs.put(b"again")
    later = time.monotonic() + 3600
    monkeypatch.setattr(time, "monotonic", lambda: later)

    assert blobs.remove_left_over([name]) == 0


def test_half_a_file_of_a_killed_process_is_taken_away(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path / "blobs")
    name = blobs.put(b"whole")
    parts = [blobs.path(name).with_name(f"{name}.{number}.part") for number in (1, 2)]
    for part in parts:
        part.write_bytes(b"who")
    _aged(blobs, parts[0], 60)
    _aged(blobs, blobs.path(name), 60)

    assert blobs.remove_parts(_shelf(name)) == 1
    assert [parts[0].exists(), parts[1].exists(), blobs.path(name).exists()] == [False, True, True]


@pytest.mark.parametrize("name", ["", "..", "../../etc/passwd", "A" * 64, "0" * 63, "g" * 64])
def test_what_is_no_digest_names_no_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(BlobMissing, match="no blob's name"):
        Blobs(tmp_path / "blobs").path(name)


def test_a_write_that_fails_leaves_no_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blobs = Blobs(tmp_path / "blobs")

    def fail(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space"):
        blobs._write(tmp_path / "blobs" / "x", [b"content"])

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_folder_and_what_is_missing_above_it_are_made_and_synced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    real = os.fsync

    def watch(handle: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{handle}").readlink()))
        real(handle)

    monkeypatch.setattr(os, "fsync", watch)
    make_folder(tmp_path / "a" / "b")

    assert synced == [str(tmp_path), str(tmp_path / "a")]
    make_folder(tmp_path / "a" / "b")
    assert synced[2:] == [str(tmp_path / "a")]
