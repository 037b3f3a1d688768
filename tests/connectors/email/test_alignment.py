"""A check proves the author only where it speaks for the author's domain."""

import pytest

from connectors.email import dmarc
from connectors.email.alignment import Check, Policy, aligned
from tests.connectors.email.test_spf import Table

RELAXED = Policy(domain="example.com")
STRICT = Policy(domain="example.com", is_dkim_strict=True, is_spf_strict=True)


def dkim(domain: str, result: str = "pass") -> Check:
    return Check(method="dkim", result=result, domain=domain)


@pytest.mark.parametrize(
    ("author", "domain", "policy", "is_aligned"),
    [
        ("example.com", "example.com", None, True),
        ("mail.example.com", "example.com", None, True),
        ("example.com", "mail.example.com", None, False),
        ("example.com", "mail.example.com", RELAXED, True),
        ("news.example.com", "mail.example.com", RELAXED, True),
        ("example.com", "mail.example.com", STRICT, False),
        ("example.com", "example.com", STRICT, True),
        ("example.com", "notexample.com", RELAXED, False),
        ("example.com", "com", None, False),
        ("example.com", "evil.example", RELAXED, False),
        ("", "example.com", RELAXED, False),
    ],
)
def test_domains_agree_as_the_policy_says(author: str, domain: str, policy: Policy | None, is_aligned: bool) -> None:
    assert (aligned(author, [dkim(domain)], policy) is not None) is is_aligned
    assert aligned(author, [dkim(domain, "fail")], policy) is None


@pytest.mark.parametrize(
    ("texts", "author", "expected"),
    [
        ({"_dmarc.example.com": "v=DMARC1; p=reject"}, "mail.example.com", Policy(domain="example.com")),
        ({"_dmarc.mail.example.com": "v=DMARC1; p=none; adkim=s"}, "mail.example.com",
         Policy(domain="mail.example.com", is_dkim_strict=True)),
        ({"_dmarc.host.example": "v=DMARC1; p=none; psd=y"}, "shop.host.example", None),
        ({"_dmarc.example.com": "v=DMARC2; p=none"}, "example.com", None),
        ({}, "a.b.c.d.e.f.g.h.i.j.example.com", None),
    ],
)  # fmt: skip
def test_the_policy_is_the_domains_own_or_the_one_above(
    texts: dict[str, str], author: str, expected: Policy | None
) -> None:
    table = Table(texts=texts)

    assert dmarc.policy(table, author) == expected
    assert table.asked <= dmarc.MOST_LABELS + 1


def test_the_verdict() -> None:
    published = Table(texts={"_dmarc.example.com": "v=DMARC1; p=reject"})
    silent = Table()

    assert dmarc.judge(published, "example.com", [dkim("example.com")]) == ("pass", True)
    assert dmarc.judge(published, "example.com", [dkim("evil.example")]) == ("fail", False)
    assert dmarc.judge(published, "example.com", [dkim("example.com", "temperror")]) == ("temperror", False)
    assert dmarc.judge(silent, "example.com", [dkim("example.com")]) == ("none", True)
    assert dmarc.judge(silent, "example.com", []) == ("none", False)
    assert dmarc.judge(Table(), "down.example.com", []) in (("none", False), ("temperror", False))
    assert dmarc.judge(published, "", [dkim("example.com")]) == ("permerror", False)
