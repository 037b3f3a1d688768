"""Whether a post is the system's own: by where it comes from, a secret that it knows, or a signature over the body."""

import ipaddress
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from channelhub.domain.secrets import Secret
from channelhub.sdk.proof import MAX_AGE_S, has_bearer, has_password, is_secret, is_signed
from channelhub.sdk.webhook_proof import NotVerified, read_verifying_key, verify
from connectors.webhook.config import WebhookConfig

_MOST_STAMP_CHARS: Final = 40


def fault_before_body(config: WebhookConfig, headers: Mapping[str, str], *, peer: str) -> str:
    """Why a post is refused without looking at its body; empty where it isn't, or only its body can tell."""
    if config.networks and not _is_within(peer, config.networks):
        return f"it comes from {peer or 'nowhere'}, which is in none of the networks"
    if config.proof == "token":
        return _fault_of_token(config, headers)
    if config.proof == "password":
        fits = [has_password(headers, username=config.username, password=secret) for secret in _secrets(config)]
        return "" if any(fits) else "Authorization is not Basic with the user name and the secret"
    return ""


def fault_of_body(config: WebhookConfig, headers: Mapping[str, str], body: bytes, *, now: datetime) -> str:
    """Why the signature of a post isn't believed; empty where it is, or where nothing is to be signed."""
    if config.proof == "standard-webhooks":
        keys = [read_verifying_key(secret.reveal()) for secret in _secrets(config)]
        try:
            verify(headers, body, keys=keys, now=now)
        except NotVerified as exc:
            return exc.reason
        return ""
    if config.proof != "hmac":
        return ""
    given = headers.get(config.header, "")
    if not given:
        return f"there is no header {config.header}"
    stamp = headers.get(config.timestamp_header, "").strip() if config.timestamp_header else ""
    if config.timestamp_header and not stamp:
        return f"there is no header {config.timestamp_header}"
    before, _, after = config.signed.partition("{body}")
    signed = _stamped(before, stamp) + body + _stamped(after, stamp)
    fits = [
        is_signed(given, signed, secret=secret, digest=config.digest, encoding=config.encoding, prefix=config.prefix)
        for secret in _secrets(config)
    ]
    if not any(fits):
        return f"the signature in {config.header} doesn't fit: another secret, or the body isn't as it was sent"
    return _fault_of_stamp(stamp, now) if config.timestamp_header else ""


def _fault_of_token(config: WebhookConfig, headers: Mapping[str, str]) -> str:
    if not config.header:
        fits = [has_bearer(headers, secret) for secret in _secrets(config)]
        return "" if any(fits) else "Authorization is not Bearer and the secret"
    given = headers.get(config.header, "").strip()
    if not given:
        return f"there is no header {config.header}"
    token = given.removeprefix(config.prefix).strip()
    fits = [given.startswith(config.prefix) and is_secret(token, secret) for secret in _secrets(config)]
    return "" if any(fits) else f"{config.header} is not the secret"


def _secrets(config: WebhookConfig) -> list[Secret]:
    return [secret for secret in (config.secret, config.previous_secret) if secret]


def _stamped(text: str, stamp: str) -> bytes:
    return text.replace("{timestamp}", stamp).encode(errors="surrogateescape")


def _fault_of_stamp(stamp: str, now: datetime) -> str:
    """Why a signed time proves nothing now: seconds or milliseconds since 1970, or ISO 8601."""
    moment = _moment(stamp)
    if moment is None:
        return "the signed time is none"
    age_s = (now - moment).total_seconds()
    if abs(age_s) > MAX_AGE_S:
        return f"it was signed {age_s:.0f} s ago, more than {MAX_AGE_S:.0f}: a repetition, or a wrong clock?"
    return ""


def _moment(stamp: str) -> datetime | None:
    try:
        if stamp.isascii() and stamp.isdigit() and len(stamp) <= 14:
            unit = timedelta(milliseconds=1) if len(stamp) > 11 else timedelta(seconds=1)
            return datetime(1970, 1, 1, tzinfo=UTC) + int(stamp) * unit
        moment = datetime.fromisoformat(stamp[:_MOST_STAMP_CHARS])
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else None


def _is_within(peer: str, networks: tuple[str, ...]) -> bool:
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return any((mapped or address) in ipaddress.ip_network(one) for one in networks)
