"""Which account a recipient's mail belongs to. Pure."""

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Protocol

import idna

from connectors.email.paths import is_address

_POSTMASTER = "postmaster"


class Claims(Protocol):
    """What an account says of its mail."""

    @property
    def through(self) -> str: ...
    @property
    def recipients(self) -> tuple[str, ...]: ...


class Routes:
    """The accounts behind one listener.

    An address goes to the account that names it, then to the one that names it without its `+suffix`, then to the one
    that names its domain, then to the listener's own if that has no `recipients`. Upper and lower case are the same,
    and so are the two spellings of an international domain. Mail to postmaster is the listener's (RFC 5321 §4.5.1).
    """

    def __init__(self, listener: str, accounts: Mapping[str, Claims]) -> None:
        """`accounts` are all of the kind; those that name the listener in `through` are behind it."""
        self._listener = listener
        self._owners = {
            entry: name
            for name, claims in accounts.items()
            if listener in (name, claims.through)
            for entry in map(_folded, claims.recipients)
        }
        self._domains = frozenset(entry.rpartition("@")[2] for entry in self._owners)
        own = accounts.get(listener)
        self._rest = listener if own is None or not own.recipients else None

    def account_of(self, address: str) -> str | None:
        """The account's name. None: nobody takes mail to this address."""
        if not self._owners:
            return self._rest
        folded = _folded(address)
        local, at, domain = folded.rpartition("@")
        plain = local.partition("+")[0]
        for entry in (folded, f"{plain}@{domain}", domain):
            if (owner := self._owners.get(entry)) is not None:
                return owner
        is_postmaster = domain in self._domains if at else domain == _POSTMASTER
        if is_postmaster and _POSTMASTER in (plain, domain):
            return self._listener
        return self._rest


def is_entry(text: str) -> bool:
    """Whether the text names an address or a domain (`example.org`, `@example.org`)."""
    return is_address(text) or is_address(f"x@{text.removeprefix('@')}")


def claims_twice(accounts: Mapping[str, Claims]) -> Iterator[tuple[str, str, str]]:
    """(account, "recipients", fault) for what two accounts behind one listener both name."""
    owners: dict[tuple[str, str], str] = {}
    for name, claims in accounts.items():
        for entry in _distinct(map(_folded, claims.recipients)):
            first = owners.setdefault((claims.through or name, entry), name)
            if first != name:
                yield name, "recipients", f"{entry} is also among those of the account {first}"


def _distinct(entries: Iterable[str]) -> Iterable[str]:
    return dict.fromkeys(entries)


@lru_cache(maxsize=4096)
def _folded(written: str) -> str:
    """An address or a domain in the one form that is compared."""
    local, at, domain = written.rpartition("@")
    domain = domain.removesuffix(".").lower()
    if not domain.isascii():
        with contextlib.suppress(idna.IDNAError):  # no DNS name: it matches what is written the same
            domain = idna.encode(domain, uts46=True).decode()
    return f"{local.casefold()}@{domain}" if at and local else domain
