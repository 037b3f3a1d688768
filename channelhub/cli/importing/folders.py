"""Mails that are files of their own: a Maildir, or a tree of .eml files."""

import os
from collections.abc import Iterator
from pathlib import Path

from channelhub.cli.importing.kept import MAX_KEPT_BYTES, Kept, too_large
from channelhub.cli.treefiles import files_below

MAIL_ENDING = ".eml"
_UNWANTED_FLAGS = frozenset("TD")  # trashed, draft: maildir(5)


def is_maildir(path: Path) -> bool:
    return (path / "cur").is_dir() or (path / "new").is_dir()


def maildirs(path: Path, *, is_recursive: bool) -> Iterator[Path]:
    """The Maildir, and with `is_recursive` every Maildir inside, hidden ones (Maildir++) too; sorted."""
    if is_maildir(path):
        yield path
    if not is_recursive:
        return
    with os.scandir(path) as entries:
        inner = sorted(one.name for one in entries if one.is_dir(follow_symlinks=False))
    for name in inner:
        if name not in ("cur", "new", "tmp"):
            yield from maildirs(path / name, is_recursive=True)


def maildir_files(folder: Path) -> Iterator[Path]:
    """Its mails. `new` is listed first: a mail that a reader moves to `cur` meanwhile is then found there."""
    for place in ("new", "cur"):
        try:
            with os.scandir(folder / place) as entries:
                names = sorted(one.name for one in entries if not one.name.startswith(".") and one.is_file())
        except FileNotFoundError:
            continue
        for name in names:
            yield folder / place / name


def eml_files(path: Path) -> Iterator[Path]:
    """The file itself, or all *.eml in the folder and below."""
    if not path.is_dir():
        yield path
        return
    for name in files_below(path, is_wanted=lambda one: one.lower().endswith(MAIL_ENDING)):
        yield Path(name)


def is_unwanted(name: str) -> bool:
    """Whether a Maildir file's flags say that it is trashed or a draft."""
    _, mark, flags = name.rpartition(":2,")
    return bool(mark) and not _UNWANTED_FLAGS.isdisjoint(flags)


def mail(path: Path, *, has_flags: bool) -> Kept:
    """One file's mail; never raises."""
    try:
        size = path.stat().st_size
        if has_flags and is_unwanted(path.name):
            return Kept(where=str(path), size=size, is_left_out=True)
        if size > MAX_KEPT_BYTES:
            return Kept(where=str(path), size=size, fault=too_large())
        with path.open("rb") as file:
            body = file.read(MAX_KEPT_BYTES + 1)
    except OSError as exc:
        return Kept(where=str(path), size=0, fault=exc.strerror or str(exc))
    if len(body) > MAX_KEPT_BYTES:
        return Kept(where=str(path), size=size, fault=too_large())
    return Kept(where=str(path), size=size, body=body)
