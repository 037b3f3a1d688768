"""One daemon per database."""

import fcntl
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from channelhub.store.database import DatabaseLocked
from channelhub.store.lock import TRY_AGAIN_S, DatabaseLock

HOLD = """
import sys, time
from pathlib import Path
from channelhub.store.lock import DatabaseLock
with DatabaseLock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_daemon_is_refused_and_told_who_holds_it(tmp_path: Path) -> None:
    with DatabaseLock(tmp_path), pytest.raises(DatabaseLocked, match=f"in use by process {os.getpid()}: stop"):
        DatabaseLock(tmp_path).__enter__()


def test_it_is_free_again_afterwards(tmp_path: Path) -> None:
    lock = DatabaseLock(tmp_path)
    with lock:
        assert DatabaseLock(tmp_path).is_held()

    assert not lock.is_held()
    with lock:
        assert lock.holder() == os.getpid()


def test_kill_9_lets_go_of_it(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(DatabaseLocked, match=str(other.pid)):
            DatabaseLock(tmp_path).__enter__()
        other.send_signal(signal.SIGKILL)

    with DatabaseLock(tmp_path) as lock:
        assert lock.holder() == os.getpid()


def test_a_folder_without_a_lock_is_not_held(tmp_path: Path) -> None:
    assert not DatabaseLock(tmp_path / "nothing").is_held()


def test_looking_does_not_keep_a_daemon_from_starting(tmp_path: Path) -> None:
    with DatabaseLock(tmp_path):
        pass
    looking = os.open(tmp_path / "channelhub.lock", os.O_RDONLY)
    fcntl.flock(looking, fcntl.LOCK_SH)
    letting_go = threading.Timer(TRY_AGAIN_S, os.close, [looking])
    letting_go.start()

    with DatabaseLock(tmp_path) as lock:
        assert lock.holder() == os.getpid()
    letting_go.join()


def test_looking_leaves_the_holder_named(tmp_path: Path) -> None:
    with DatabaseLock(tmp_path):
        pass
    (tmp_path / "channelhub.lock").write_text("4711\n")

    assert DatabaseLock(tmp_path).is_held() is False
    assert DatabaseLock(tmp_path).holder() == 4711
