"""What a login and a password may be."""

import re
import unicodedata
from typing import Final

LOGIN_PATTERN: Final = r"^[a-z0-9][a-z0-9._-]{0,39}\Z"
LOGIN_SAID: Final = "1 to 40 lower-case Latin letters, digits, dots, hyphens and underscores, a letter or digit first"
#: By these the hub calls itself and whoever has no name: nobody else is called so.
OWN_NAMES: Final = frozenset({"local", "page", "command line"})
LEAST_CHARS: Final = 12
MOST_CHARS: Final = 200
_LEAST_DIFFERENT: Final = 5
#: What `weakness` finds, said to the person.
WEAKNESSES: Final = {
    "short": f"it needs at least {LEAST_CHARS} characters",
    "long": f"it may have at most {MOST_CHARS} characters",
    "control": "it may hold no control characters",
    "login": "it is little more than the login",
    "plain": f"it needs at least {_LEAST_DIFFERENT} different characters",
}


def is_login(text: str) -> bool:
    return re.match(LOGIN_PATTERN, text) is not None


def as_login(name: str) -> str:
    """What somebody's login would be who is taken for a token of this name."""
    return name.strip().casefold()


def login_from(text: str) -> str:
    """A login like what somebody is called elsewhere: their name there, or the front of their address."""
    kept = re.sub(r"[^a-z0-9._-]+", "-", text.partition("@")[0].strip().lower()).lstrip("-._")[:40].rstrip("-")
    return kept or "person"


def prepared(password: str) -> str:
    """The password as it is hashed: a letter, a space has one form (RFC 8265, 4.2)."""
    spaced = "".join(" " if unicodedata.category(char) == "Zs" else char for char in password)
    return unicodedata.normalize("NFC", spaced)


def weakness(password: str, *, login: str) -> str | None:
    """Why a new password is refused, a key of `WEAKNESSES`; None: it will do.

    Length is what counts; no kinds of characters are asked for (NIST SP 800-63B, 3.1.1.2).
    """
    chosen = prepared(password)
    if len(chosen) < LEAST_CHARS:
        return "short"
    if len(chosen) > MOST_CHARS:
        return "long"
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in chosen):
        return "control"
    if login in chosen.casefold().replace(" ", "") and len(chosen) < LEAST_CHARS + len(login):
        return "login"
    if len(set(chosen.casefold())) < _LEAST_DIFFERENT:
        return "plain"
    return None
