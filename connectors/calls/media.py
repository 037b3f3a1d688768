"""Recordings: at the address that a post named, or at Mango Office, which wants a signature with an end."""

import hashlib
import re
from datetime import datetime, timedelta
from typing import Final

from channelhub.domain.media import MediaReason, MediaReference
from channelhub.sdk.media import MediaHost, MediaRefused, MediaRequest
from connectors.calls.config import MANGO_URL, CallsConfig

_GOOD_FOR: Final = timedelta(hours=1)
_MANGO_ID: Final = re.compile(r"[A-Za-z0-9+/=_:-]{1,500}")


def media_hosts(config: CallsConfig) -> tuple[MediaHost, ...]:
    """What the configuration lists; Mango Office's own."""
    own = (MediaHost(name="app.mango-office.ru"),) if config.provider == "mango" else ()
    return own + tuple(MediaHost(name=host) for host in config.recording_hosts)


def locate(config: CallsConfig, file: MediaReference, now: datetime) -> MediaRequest:
    """Where a recording is just now. Raises MediaRefused for what is none."""
    if file.reference.startswith("https://"):
        return MediaRequest(url=file.reference)
    if config.provider != "mango" or not _MANGO_ID.fullmatch(file.reference):
        raise MediaRefused("the telephone system gave no address for it", reason=MediaReason.HOST)
    expires = str(int((now + _GOOD_FOR).timestamp()))
    signed = f"{config.key}{expires}{file.reference}{config.secret.reveal()}"
    sign = hashlib.sha256(signed.encode()).hexdigest()
    path = f"/vpbx/queries/recording/link/{file.reference}/download/{config.key}/{expires}/{sign}"
    return MediaRequest(url=MANGO_URL + path)
