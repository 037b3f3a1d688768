"""Reading the paths of MAIL and RCPT (RFC 5321 §4.1.2, RFC 6531 §3.3): strict, linear, one expression each."""

import re
from dataclasses import dataclass, field

# What is left out of ASCII, because a set of half a million letters takes 60 ms to compile at each start.
_ATOM = r"[^\x00-\x20\"(),.:;<>@\[\\\]\x7f]+"
_LABEL = r"[^\x00-/:-@\[-`{-\x7f](?:[^\x00-,./:-@\[-^`{-\x7f]*[^\x00-/:-@\[-`{-\x7f])?"
_LOCAL = rf"(?:{_ATOM}(?:\.+{_ATOM})*\.?|\"(?:[^\"\\\x00-\x1f\x7f]|\\[\x20-\x7e])*\")"
_DOMAIN = rf"(?:{_LABEL}(?:\.{_LABEL})*\.?|\[[A-Za-z0-9:.\-]+\])"
_MAILBOX = rf"{_LOCAL}@{_DOMAIN}"
_ROUTE = rf"(?:@{_DOMAIN}(?:,@{_DOMAIN})*:)?"  # accepted and ignored, as RFC 5321 §4.1.1.3 asks
_PATH = re.compile(rf"\s*(?:<{_ROUTE}({_MAILBOX}|)>|({_MAILBOX}))(?:\s+(\S.*))?\s*\Z", re.DOTALL | re.ASCII)
_POSTMASTER = re.compile(r"\s*<(postmaster)>\s*\Z", re.IGNORECASE)
_PARAMETER = re.compile(r"([A-Za-z0-9][A-Za-z0-9\-]*)(?:=([^\s=\x00-\x1f\x7f]+))?\Z")
_SURROGATES = re.compile(r"[\ud800-\udfff]")

#: RFC 5321 §4.5.3.1.3 allows 256 octets for a path; old systems write longer variable return paths.
MAX_PATH_CHARS = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """An address (empty: the null return path) and the parameters after it, their names in capitals."""

    address: str
    parameters: dict[str, str] = field(default_factory=dict)


def read_path(argument: str | None, keyword: str) -> Path | None:
    """Read `FROM:<ann@example.com> SIZE=200`; `keyword` is `FROM:` or `TO:`. None: it isn't well-formed."""
    if argument is None or argument[: len(keyword)].upper() != keyword:
        return None
    text = argument[len(keyword) :]
    if len(text) > 2 * MAX_PATH_CHARS or _SURROGATES.search(text):
        return None
    if (postmaster := _POSTMASTER.match(text)) is not None:
        return Path(address=postmaster[1])
    found = _PATH.match(text)
    if found is None:
        return None
    address = found[1] if found[1] is not None else found[2]
    if len(address) > MAX_PATH_CHARS:
        return None
    parameters: dict[str, str] = {}
    for word in (found[3] or "").split():
        parameter = _PARAMETER.match(word)
        if parameter is None or parameter[1].upper() in parameters:
            return None
        parameters[parameter[1].upper()] = parameter[2] or ""
    return Path(address=address, parameters=parameters)


def is_address(text: str) -> bool:
    """Whether the text is one address with a domain, as a person writes it into a configuration."""
    path = read_path(f"TO:<{text}>", "TO:")
    return path is not None and path.address == text and "@" in text and "*" not in text
