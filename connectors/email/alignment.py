"""Whether what was checked speaks for the domain in From (RFC 7489 §3.1): the only thing that proves a sender."""

from collections.abc import Iterable
from dataclasses import dataclass

PASSED = "pass"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """SPF or one DKIM signature: its result, and the domain it speaks for."""

    method: str
    result: str
    domain: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A published DMARC record: where it stands for, and how strictly domains must agree."""

    domain: str  # the organizational domain
    is_dkim_strict: bool = False
    is_spf_strict: bool = False


def aligned(author: str, checks: Iterable[Check], policy: Policy | None = None) -> Check | None:
    """The first passed check whose domain is the author's.

    With a policy, domains under its organizational domain agree, unless it is strict. Without one only the author's
    domain itself does, or one above it, which can always speak for those below.
    """
    for one in checks:
        if one.result != PASSED or not one.domain or not author:
            continue
        is_strict = policy is not None and (policy.is_dkim_strict if one.method == "dkim" else policy.is_spf_strict)
        if one.domain == author:
            return one
        if is_strict:
            continue
        if policy is not None and _is_under(one.domain, policy.domain) and _is_under(author, policy.domain):
            return one
        if policy is None and "." in one.domain and author.endswith(f".{one.domain}"):
            return one
    return None


def _is_under(domain: str, above: str) -> bool:
    return domain == above or domain.endswith(f".{above}")
