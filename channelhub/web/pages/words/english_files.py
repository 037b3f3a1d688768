"""Files that messages only name, in English."""

from typing import Final

ENGLISH_FILES: Final[dict[str, str]] = {
    "last_try": "last try",
    "fetch_again": "Fetch again",
    "file_pending": "being fetched",
    "file_refused": "not fetched",
    "file_failed": "can’t be fetched",
    "file_stored": "here",
    "file_off": "fetching was switched off",
    "file_unsupported": "this kind of account can’t fetch files",
    "file_too-large": "too large",
    "file_type": "files of this type aren’t wanted",
    "file_host": "not at the channel’s own address",
    "file_total": "too much was fetched already",
    "file_expired": "the channel no longer has it",
    "file_unreachable": "the channel doesn’t answer",
    "file_unauthorized": "the channel refuses our key",
    "file_damaged": "it came damaged",
    "files_pending": "files being fetched",
    "files_missing": "files missing",
}
