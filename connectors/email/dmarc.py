"""DMARC records (RFC 7489), found by walking up the domain's labels: no list of public suffixes is needed for that."""

import re
from typing import Final

from connectors.email.alignment import PASSED, Check, Policy, aligned
from connectors.email.spf import Lookup, LookupFailed

MOST_LABELS: Final = 7
_TAG = re.compile(r"\s*([a-z]{1,10})\s*=\s*([^;\s]{0,200})\s*")


def policy(lookup: Lookup, author: str) -> Policy | None:
    """The policy that holds for a domain: its own record or the one of a domain above it. Raises LookupFailed.

    The organizational domain is the highest one with a record that isn't a public suffix's (psd=y). A top-level domain
    is not asked.
    """
    labels = author.split(".")
    if len(labels) > MOST_LABELS:
        names = [author, *(".".join(labels[at:]) for at in range(len(labels) - MOST_LABELS, len(labels) - 1))]
    else:
        names = [".".join(labels[at:]) for at in range(max(1, len(labels) - 1))]
    own: dict[str, str] | None = None
    organization = ""
    for name in names:
        tags = _record(lookup.txt(f"_dmarc.{name}"))
        if tags is None or (tags.get("psd") == "y" and name != author):
            continue
        own = own or tags
        organization = name
    if own is None:
        return None
    return Policy(domain=organization, is_dkim_strict=own.get("adkim") == "s", is_spf_strict=own.get("aspf") == "s")


def judge(lookup: Lookup, author: str, checks: list[Check]) -> tuple[str, bool]:
    """(DMARC's result, whether the author is proved)."""
    if not author:
        return "permerror", False
    try:
        published = policy(lookup, author)
    except LookupFailed:
        return "temperror", False
    proof = aligned(author, checks, published)
    if published is None:
        return "none", proof is not None
    if proof is not None:
        return PASSED, True
    return ("temperror" if any(one.result == "temperror" for one in checks) else "fail"), False


def _record(texts: list[str]) -> dict[str, str] | None:
    records = [text for text in texts if re.match(r"\s*v\s*=\s*DMARC1\s*(;|\Z)", text)]
    if len(records) != 1:
        return None
    tags = (_TAG.fullmatch(part) for part in records[0][:1000].lower().split(";"))
    return {found[1]: found[2] for found in tags if found}
