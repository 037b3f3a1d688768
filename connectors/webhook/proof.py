"""Whether a post is the system's own: by where it comes from, a secret that it knows, or a signature over the body."""

import ipaddress
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import parse_qsl

from channelhub.sdk.proof import MAX_AGE_S, has_bearer, has_password, is_secret, is_signed
from channelhub.sdk.webhook_proof import NotVerified, read_verifying_key, verify
from connectors.webhook.config import WebhookConfig
from connectors.webhook.document import MOST_FIELDS

_MOST_STAMP_CHARS: Final = 40


class Proof:
    """Tells an account's posts from others'. Each fault is a sentence, without secrets; empty: there is none."""

    def __init__(self, config: WebhookConfig) -> None:
        self._config = config
        self._networks = tuple(ipaddress.ip_network(text) for text in config.networks)
        self._secrets = tuple(secret for secret in (config.secret, config.previous_secret) if secret)
        is_standard = config.proof == "standard-webhooks"
        self._keys = tuple(read_verifying_key(secret.reveal()) for secret in self._secrets) if is_standard else ()
        self._before, _, self._after = config.signed.partition("{body}")

    def fault_before_body(self, headers: Mapping[str, str], *, peer: str) -> str:
        """Why a post is refused without looking at its body."""
        if self._networks and not self._is_within(peer):
            return f"it comes from {peer or 'nowhere'}, which is in none of the networks"
        if self._config.proof == "token":
            return self._fault_of_token(headers)
        if self._config.proof == "password":
            name = self._config.username
            fits = [has_password(headers, username=name, password=secret) for secret in self._secrets]
            return "" if any(fits) else "Authorization is not Basic with the user name and the secret"
        return ""

    def fault_of_fields(self, *sources: bytes) -> str:
        """Why the secret in a field isn't believed; nothing where none is asked for. `sources` are urlencoded."""
        if self._config.proof != "field":
            return ""
        given = [value for source in sources for name, value in fields_of(source) if name == self._config.field]
        fits = [is_secret(given[0], secret) for secret in self._secrets] if len(given) == 1 else []
        return "" if any(fits) else f"the field {self._config.field} is not there, or not the secret"

    def fault_of_body(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> str:
        """Why the signature of a post isn't believed; nothing where no signature is asked for."""
        if self._config.proof == "hmac":
            return self._fault_of_signature(headers, body, now)
        if self._config.proof == "standard-webhooks":
            try:
                verify(headers, body, keys=self._keys, now=now)
            except NotVerified as exc:
                return exc.reason
        return ""

    def _fault_of_token(self, headers: Mapping[str, str]) -> str:
        name, prefix = self._config.header, self._config.prefix
        if not name:
            fits = [has_bearer(headers, secret) for secret in self._secrets]
            return "" if any(fits) else "Authorization is not Bearer and the secret"
        given = headers.get(name, "").strip()
        if not given:
            return f"there is no header {name}"
        token = given.removeprefix(prefix).strip()
        fits = [given.startswith(prefix) and is_secret(token, secret) for secret in self._secrets]
        return "" if any(fits) else f"{name} is not the secret"

    def _fault_of_signature(self, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
        config = self._config
        given, stamp = headers.get(config.header, ""), ""
        if not given:
            return f"there is no header {config.header}"
        if config.timestamp_header:
            stamp = headers.get(config.timestamp_header, "").strip()
            if not stamp:
                return f"there is no header {config.timestamp_header}"
        signed = _stamped(self._before, stamp) + body + _stamped(self._after, stamp)
        fits = [
            is_signed(
                given, signed, secret=secret, digest=config.digest, encoding=config.encoding, prefix=config.prefix
            )
            for secret in self._secrets
        ]
        if not any(fits):
            return f"the signature in {config.header} doesn't fit: another secret, or the body isn't as it was sent"
        return _fault_of_stamp(stamp, now) if config.timestamp_header else ""

    def _is_within(self, peer: str) -> bool:
        try:
            address = ipaddress.ip_address(peer)
        except ValueError:
            return False
        address = getattr(address, "ipv4_mapped", None) or address
        return any(address in network for network in self._networks)


def fields_of(source: bytes) -> Sequence[tuple[str, str]]:
    """The fields of a form or an address; none of more than a thousand."""
    try:
        return parse_qsl(source.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return ()


def without_field(source: bytes, name: str) -> bytes:
    """A form or an address as it came, without one field: a secret is not stored."""
    return b"&".join(one for one in source.split(b"&") if all(found != name for found, _ in fields_of(one)))


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
