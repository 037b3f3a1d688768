"""A Unix socket's file: made with its rights, never taken from another process, removed when we are done."""

import contextlib
import socket
import stat
from pathlib import Path

from channelhub.sdk.errors import Unavailable


def bound_socket(path: Path, mode: int) -> socket.socket:
    """A socket bound to `path` with these rights. A file left behind by a process that is gone is replaced.

    Raises `Unavailable` when somebody listens there, the file is no socket, or the folder can't be written.
    """
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
    made.setblocking(False)
    try:
        _clear(path)
        made.bind(str(path))
        path.chmod(mode)
    except OSError as error:
        made.close()
        raise Unavailable(f"can't listen on the socket {path}: {error}") from error
    except Unavailable:
        made.close()
        raise
    return made


def removed(path: Path, inode: int) -> None:
    """Remove the file, unless it is another's by now."""
    with contextlib.suppress(OSError):
        if path.stat().st_ino == inode:
            path.unlink()


def is_answered(path: Path) -> bool:
    """Whether somebody listens there. Raises OSError for what is no socket or must not be written."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK) as probe:
        try:
            probe.connect(str(path))
        except BlockingIOError:
            return True  # its queue is full
        except (ConnectionRefusedError, FileNotFoundError):
            return False
        return True


def _clear(path: Path) -> None:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(found.st_mode):
        raise Unavailable(f"can't listen on the socket {path}: there is another kind of file")
    if is_answered(path):
        raise Unavailable(f"can't listen on the socket {path}: another process does")
    path.unlink()
