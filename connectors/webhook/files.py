"""Where files that posts name may be fetched from: hosts that the administrator lists, and no other."""

import re
from typing import Final
from urllib.parse import urlsplit

from channelhub.domain.media import MediaReference
from channelhub.sdk.media import MediaHost, MediaRefused, MediaRequest, configured_host

#: A host's name, or `.example.com` for all below it.
_NAME: Final = re.compile(r"\.?[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?")


def read_host(text: str) -> MediaHost:
    """A host by its name (https, at public addresses), or by a whole address (as it is, also an inner one).

    Raises ValueError with a sentence.
    """
    if "://" not in text:
        if not _NAME.fullmatch(text.lower()):
            raise ValueError(f"expected a host such as files.example.com or .example.com, not {text[:60]!r}")
        return MediaHost(name=text.lower())
    try:
        parts = urlsplit(text)
        is_origin = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_origin = False
    if not is_origin or parts.path not in ("", "/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError(f"expected an address such as http://10.0.0.5:8080, not {text[:60]!r}")
    return configured_host(text)


def locate(file: MediaReference) -> MediaRequest:
    """A post names a file by its address. Raises MediaRefused for one that isn't of that form."""
    if not file.reference.startswith(("https://", "http://")):
        raise MediaRefused("the post gave no address for it")
    return MediaRequest(url=file.reference)
