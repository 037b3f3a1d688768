"""Whether a post is the telephone system's own: by a signature or the end of our address, and where it comes from."""

import ipaddress
from dataclasses import dataclass, field
from typing import Final

from channelhub.domain.secrets import Secret
from channelhub.sdk.errors import Unparseable
from channelhub.sdk.proof import is_secret
from connectors.calls.config import CallsConfig
from connectors.calls.document import fields_of
from connectors.calls.parse import JSON, read_document
from connectors.calls.providers import mango, zadarma

_SIGNING: Final = frozenset({"mango", "zadarma"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A request: the rest of its path below /hooks/{account}, its proofs, and its body as it came."""

    path: str
    content_type: str
    body: bytes = b""  # not read yet
    signature: str = ""
    token: str = ""  # of the address or of Authorization
    peer: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """What is stored of a genuine post, without its proofs."""

    path: str
    body: bytes
    content_type: str


def may_prove(post: Post, config: CallsConfig) -> bool:
    """Whether the body is worth reading: it comes from where it may, and has the secret where no signature is used."""
    if config.networks and not _is_within(post.peer, config.networks):
        return False
    return config.provider in _SIGNING or _by_address(post, config.secret) is not None


def prove(post: Post, config: CallsConfig) -> Proved | None:
    """None for a post of somebody else. `may_prove` said yes before."""
    match config.provider:
        case "mango":
            return _mango(post, config)
        case "zadarma":
            return _zadarma(post, config)
        case _:
            return _by_address(post, config.secret)


def _mango(post: Post, config: CallsConfig) -> Proved | None:
    """What is signed is the JSON; the key and the signature around it are not kept."""
    try:
        named = dict(fields_of(post.body))
    except Unparseable:
        return None
    body = named.get("json", "")
    if not mango.is_genuine(
        named.get("vpbx_api_key", ""), named.get("sign", ""), body, own_key=config.key, salt=config.secret
    ):
        return None
    return Proved(path=post.path[:100], body=body.encode("utf-8", "replace"), content_type=JSON)


def _zadarma(post: Post, config: CallsConfig) -> Proved | None:
    try:
        document = read_document(post.body, post.content_type)
    except Unparseable:
        return None
    is_genuine = zadarma.is_genuine(post.signature, document, secret=config.secret)
    return Proved(path="", body=post.body, content_type=post.content_type) if is_genuine else None


def _by_address(post: Post, secret: Secret) -> Proved | None:
    """The secret is the end of the path, a field of the address, or a bearer token."""
    first, _, rest = post.path.partition("/")
    if is_secret(first, secret):
        return Proved(path=rest[:100], body=post.body, content_type=post.content_type)
    if is_secret(post.token, secret):
        return Proved(path=post.path[:100], body=post.body, content_type=post.content_type)
    return None


def _is_within(peer: str, networks: tuple[str, ...]) -> bool:
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address in ipaddress.ip_network(one) for one in networks)
