"""OAuth 1.0a (RFC 5849): how a request proves that the account lets the app make it. Its tokens don't end."""

import base64
import hmac
from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, urlsplit

from connectors.x.config import XConfig


def authorization(
    config: XConfig, method: str, url: str, *, nonce: str, at_s: int, form: Mapping[str, str] | None = None
) -> str:
    """The header `Authorization` of one request. A JSON body isn't signed; a form is."""
    own = {
        "oauth_consumer_key": config.consumer_key.reveal(),
        "oauth_nonce": nonce,
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": str(at_s),
        "oauth_token": config.access_token.reveal(),
        "oauth_version": "1.0",
    }
    parts = urlsplit(url)
    signed = [*own.items(), *(form or {}).items(), *parse_qsl(parts.query, keep_blank_values=True)]
    pairs = "&".join(f"{name}={value}" for name, value in sorted((_quoted(n), _quoted(v)) for n, v in signed))
    base = "&".join(map(_quoted, (method.upper(), f"{parts.scheme}://{parts.netloc.lower()}{parts.path}", pairs)))
    key = f"{_quoted(config.consumer_secret.reveal())}&{_quoted(config.access_token_secret.reveal())}"
    mac = base64.b64encode(hmac.digest(key.encode(), base.encode(), "sha1")).decode()
    named = sorted((own | {"oauth_signature": mac}).items())
    return "OAuth " + ", ".join(f'{_quoted(name)}="{_quoted(value)}"' for name, value in named)


def _quoted(text: str) -> str:
    """RFC 5849 §3.6: all but the unreserved characters."""
    return quote(text, safe="-._~")
