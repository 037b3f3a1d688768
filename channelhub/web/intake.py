"""What the routes that bring something in have in common: whose it may be, what is wrong with it, what is stored."""

from aiohttp import web

from channelhub.domain.message_in import InvalidMessageError
from channelhub.web.auth import PRINCIPAL
from channelhub.web.parts import WebParts
from channelhub.web.problems import Kind, Problem

API_KIND = "api"
UNTRUSTED = "claimed"  # what an account's messages are where its settings don't say


def trust_of(name: str, request: web.Request, parts: WebParts) -> str:
    """The account's trust. Raises Problem when the token or the account doesn't fit."""
    if not request[PRINCIPAL].may_use(name):
        raise Problem(Kind.FORBIDDEN, "This token is for another account.")
    found = parts.kind_and_trust(name)
    if found is None:
        raise Problem(Kind.UNKNOWN_ACCOUNT, f"No account is named {name!r} in the configuration.")
    kind, trust = found
    if kind != API_KIND:
        detail = f"{name} is of kind {kind}; messages are posted to accounts of kind {API_KIND}"
        raise Problem(Kind.INVALID, f"account: {detail}", errors={"account": detail})
    return trust or UNTRUSTED


def require_trusted(name: str, trust: str) -> None:
    """Raises Problem for an account that only passes on what strangers say."""
    if trust != "verified":
        detail = f'{name} isn\'t trusted with saying who its customers are: that takes trust = "verified"'
        raise Problem(Kind.INVALID, f"account: {detail}", errors={"account": detail})


def problem_of(exc: InvalidMessageError) -> Problem:
    """The refusal of a posted body."""
    kind = Kind.TOO_LARGE if exc.is_too_large else Kind.MALFORMED if exc.is_malformed else Kind.INVALID
    return Problem(kind, str(exc), errors=exc.errors)
