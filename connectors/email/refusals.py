"""What a relay's refusal means: later and how much later, never, or a fault of our settings."""

import re

import aiosmtplib

from channelhub.sdk.errors import Rejected, Unavailable

#: RFC 3463: the class, the subject and the detail of a status.
_ENHANCED = re.compile(r"\s*([245])\.(\d{1,3})\.(\d{1,3})\b")
_CONTROLS = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_GREYLISTED = re.compile(r"gr[ae]y-?\s?list", re.IGNORECASE)
_MAX_REASON_CHARS = 300
#: Codes that speak of our account at the relay, not of this mail (RFC 4954 §6).
_SETTINGS_CODES = frozenset({530, 534, 535, 538})
_SETTINGS_RETRY_S = 300.0
_GREYLIST_RETRY_S = 300.0  # a sooner try begins the wait anew at many servers (RFC 6647 §2.1)
_FULL_RETRY_S = 3600.0  # a full mailbox is emptied by a person
_BUSY_RETRY_S = 60.0


def refusal(error: aiosmtplib.SMTPResponseException) -> Unavailable | Rejected:
    """4xx: later, perhaps; 5xx: never (RFC 5321 §4.2.1). The text keeps both codes and the relay's words."""
    said = _CONTROLS.sub(" ", error.message).strip()[:_MAX_REASON_CHARS]
    if error.code in _SETTINGS_CODES:
        text = f"the relay wants other relay_ settings: {error.code} {said}"
        return Unavailable(text, retry_after_s=_SETTINGS_RETRY_S)
    text = f"the relay refuses the mail: {error.code} {said}"
    if 500 <= error.code <= 599:
        return Rejected(text)
    return Unavailable(text, retry_after_s=_wait_s(error.code, said))


def _wait_s(code: int, said: str) -> float | None:
    """By the class of the failure; None: as the schedule says."""
    found = _ENHANCED.match(said)
    status = (int(found[2]), int(found[3])) if found else None
    if status == (2, 2):
        return _FULL_RETRY_S
    if _GREYLISTED.search(said) or (status is not None and status[0] == 7):
        return _GREYLIST_RETRY_S
    return _BUSY_RETRY_S if code == 421 else None
