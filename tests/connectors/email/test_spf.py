"""SPF as RFC 7208 has it, with its limits."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.email import spf
from connectors.email.spf import LookupFailed


@dataclass
class Table:
    """DNS from a table; a name that begins with `down.` can't be asked."""

    texts: dict[str, str] = field(default_factory=dict)
    hosts: dict[str, list[str]] = field(default_factory=dict)
    mail: dict[str, list[str]] = field(default_factory=dict)
    asked: int = 0

    def txt(self, name: str) -> list[str]:
        self._count(name)
        return [self.texts[name]] if name in self.texts else []

    def addresses(self, name: str, *, is_ipv6: bool) -> list[str]:
        self._count(name)
        return [one for one in self.hosts.get(name, []) if (":" in one) is is_ipv6]

    def mail_hosts(self, name: str) -> list[str]:
        self._count(name)
        return self.mail.get(name, [])

    def _count(self, name: str) -> None:
        self.asked += 1
        if name.startswith("down."):
            raise LookupFailed(name)


def result(record: str, ip: str = "192.0.2.7", **more: object) -> str:
    texts = {"example.com": record, "inner.example": "v=spf1 ip4:192.0.2.0/24 -all", "no.example": "v=spf1 -all"}
    hosts = {
        "example.com": ["192.0.2.7", "2001:db8::7"], "mx.example.com": ["192.0.2.9"],
        "7.2.0.192.list.example": ["127.0.0.2"], "ann.example.com.who.example": ["127.0.0.2"],
    }  # fmt: skip
    table = Table(texts=texts, hosts=hosts, mail={"example.com": ["mx.example.com"]}, **more)  # type: ignore[arg-type]
    return spf.check(table, ip=ip, domain="example.com", sender="ann@example.com", helo="mail.example.com")


@pytest.mark.parametrize(
    ("record", "ip", "expected"),
    [
        ("v=spf1 ip4:192.0.2.0/24 -all", "192.0.2.7", "pass"),
        ("v=spf1 ip4:192.0.2.0/24 -all", "198.51.100.1", "fail"),
        ("v=spf1 ip4:192.0.2.0/24 -all", "::ffff:192.0.2.7", "pass"),
        ("v=spf1 ip6:2001:db8::/32 ~all", "2001:db8::1", "pass"),
        ("v=spf1 ip6:2001:db8::/32 ~all", "2001:db9::1", "softfail"),
        ("v=spf1 a -all", "192.0.2.7", "pass"),
        ("v=spf1 a -all", "2001:db8::7", "pass"),
        ("v=spf1 a/24 -all", "192.0.2.200", "pass"),
        ("v=spf1 mx -all", "192.0.2.9", "pass"),
        ("v=spf1 include:inner.example -all", "192.0.2.7", "pass"),
        ("v=spf1 include:no.example ?all", "192.0.2.7", "neutral"),
        ("v=spf1 redirect=inner.example", "192.0.2.7", "pass"),
        ("v=spf1 exists:%{ir}.list.example -all", "192.0.2.7", "pass"),
        ("v=spf1 exists:%{l}.%{o}.who.example -all", "192.0.2.7", "pass"),
        ("v=spf1 ptr -all", "192.0.2.7", "fail"),
        ("v=spf1", "192.0.2.7", "neutral"),
        ("v=spf10 all", "192.0.2.7", "none"),
        ("v=spf1 a:down.example.com -all", "192.0.2.7", "temperror"),
        ("v=spf1 ip4:nonsense -all", "192.0.2.7", "permerror"),
        ("v=spf1 include:nothing.example -all", "192.0.2.7", "permerror"),
        ("v=spf1 whatever -all", "192.0.2.7", "permerror"),
        ("v=spf1 redirect=nothing.example", "192.0.2.7", "permerror"),
        ("v=spf1 +all", "not an address", "none"),
    ],
)  # fmt: skip
def test_a_record_says_who_may_send(record: str, ip: str, expected: str) -> None:
    assert result(record, ip) == expected


@pytest.mark.parametrize("record", ["v=spf1 include:example.com -all", "v=spf1 redirect=example.com"])
def test_a_record_that_leads_back_to_itself_ends(record: str) -> None:
    assert result(record) == "permerror"


def test_lookups_are_bounded() -> None:
    table = Table(texts={"example.com": "v=spf1 " + " ".join(f"a:h{n}.example" for n in range(50)) + " -all"})
    found = spf.check(table, ip="192.0.2.7", domain="example.com", sender="a@example.com", helo="")

    assert found == "permerror"
    assert table.asked <= spf.MOST_LOOKUPS + 2


@given(st.text(max_size=300))
def test_any_record_gives_one_of_the_results_within_the_limits(text: str) -> None:
    table = Table(texts={"example.com": f"v=spf1 {text}"})
    found = spf.check(table, ip="192.0.2.7", domain="example.com", sender="a@example.com", helo="x")

    assert found in {"none", "neutral", "pass", "fail", "softfail", "temperror", "permerror"}
    assert table.asked <= 200
