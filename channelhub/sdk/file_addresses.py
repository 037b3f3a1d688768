"""Files of answers on channels that take no bytes: they are told an address of ours, and fetch the file there.

That needs an address that the channel can reach. Where the hub has none, no file is taken for an answer at all, and
who writes is told so before.
"""

import ipaddress
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from channelhub.domain.outbound import Outbound, OutgoingFile
from channelhub.sdk.errors import Rejected

#: A picture of ours that stands for a film or a large picture until somebody opens it: PNG, square, 240 pixels.
PREVIEW_PATH: Final = "/files/preview.png"


def unreachable(public_url: str, *, by: str) -> str:
    """Why files can't be fetched from us by the channel whose API is at `by`, in a sentence without an end; empty where
    they can.

    A channel reaches https at public addresses. One that is itself at plain http is a gateway in our own network.
    """
    if urlsplit(by).scheme == "http":
        return ""
    parts = urlsplit(public_url)
    if parts.scheme == "https" and _is_public(parts.hostname or ""):
        return ""
    return (
        f"files are fetched from [http] public_url, and {public_url or 'none'} is no public https address: "
        "set one to send files"
    )


def addresses(message: Outbound, file_url: Callable[[Outbound, int], str], public_url: str, *, by: str) -> list[str]:
    """Where each file of a message is fetched, by `Context.file_url`. Raises Rejected where the channel can't."""
    if not message.attachments:
        return []
    if why_not := unreachable(public_url, by=by):
        raise Rejected(why_not)
    return [file_url(message, place) for place in range(len(message.attachments))]


def as_words(file: OutgoingFile, address: str) -> str:
    """A file that the channel doesn't show, as a text with its name and where it is."""
    return f"{file.filename}\n{address}"


def _is_public(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host.rstrip(".") and not host.endswith((".local", ".localhost", ".internal", ".lan"))
