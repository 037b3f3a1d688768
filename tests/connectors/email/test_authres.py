"""Our own server's Authentication-Results are believed; whoever else writes its name is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.email import authres
from connectors.email.authres import Found, Result

OURS = ("mx.shop.example",)
PASSED = "mx.shop.example; dmarc=pass header.from=example.com"
FORGED = "mx.shop.example; dmarc=pass header.from=bank.example"


def found(*fields: tuple[str, str], hops: int = 1, most: int = 1) -> Found:
    return authres.ours(fields, OURS, hops=hops, most=most)


def of(name: str) -> tuple[str, str]:
    return ("authentication-results", name)


HOP = ("received", "")


def test_a_header_is_read_with_its_comments_quotes_and_versions() -> None:
    said = authres.read(
        'mx.shop.example 1; spf=pass (sender (of it) is "good"; really) smtp.mailfrom=bounce@example.com;'
        ' dkim/1=fail reason="bad; signature" header.d=Example.com header.s=a; none'
    )

    assert said.server == "mx.shop.example"
    assert said.results == (
        Result(method="spf", result="pass", properties={"smtp.mailfrom": "bounce@example.com"}),
        Result(method="dkim", result="fail", properties={"header.d": "Example.com", "header.s": "a"}),
    )


def test_our_servers_result_on_top_counts_and_one_below_is_ignored_and_told() -> None:
    said = found(HOP, of("mx.shop.example; dmarc=fail header.from=bank.example"), of(FORGED), HOP)

    assert said.statement is not None
    assert [one.result for one in said.statement.results] == ["fail"]
    assert said.ignored == 1


def test_a_result_below_a_foreign_servers_line_is_a_forgery() -> None:
    assert found(HOP, HOP, of(FORGED)) == Found(statement=None, ignored=1)


def test_anothers_result_says_nothing_and_isnt_ours_to_judge() -> None:
    assert found(of("mx.evil.example; dmarc=pass"), HOP) == Found(statement=None)


def test_nothing_is_believed_from_a_host_that_is_not_ours() -> None:
    assert found(of(PASSED), hops=-1) == Found(statement=None, ignored=1)


def test_as_many_headers_as_our_server_writes_count_together() -> None:
    said = found(HOP, of(PASSED), of("mx.shop.example; spf=pass"), of(FORGED), most=2)

    assert said.statement is not None
    assert [one.method for one in said.statement.results] == ["dmarc", "spf"]
    assert said.ignored == 1


def test_further_servers_of_ours_may_stand_above_when_the_settings_say_so() -> None:
    assert found(HOP, HOP, HOP, of(PASSED), hops=3).statement is not None
    assert found(HOP, HOP, HOP, of(PASSED), hops=2).statement is None


@pytest.mark.parametrize(
    "written", ["MX.Shop.Example; dmarc=pass", '"mx.shop.example"; dmarc=pass', "(x) mx.shop.example;dmarc=pass"]
)
def test_the_name_is_compared_as_names_are(written: str) -> None:
    assert found(of(written)).statement is not None


@pytest.mark.parametrize(
    "written", ["mx.shop.example.evil.example; dmarc=pass", "xmx.shop.example; dmarc=pass", "; dmarc=pass", ""]
)
def test_a_name_that_is_only_like_ours_is_not_ours(written: str) -> None:
    assert found(of(written)) == Found(statement=None)


@given(
    st.lists(
        st.tuples(st.sampled_from(["received", "authentication-results", "from"]), st.text(max_size=60)), max_size=30
    )
)
def test_whatever_stands_below_our_servers_result_changes_nothing(below: list[tuple[str, str]]) -> None:
    forged = [(name, f"mx.shop.example; {value}") for name, value in below]
    alone, among = found(HOP, of(PASSED)), found(HOP, of(PASSED), *forged)

    assert among.statement == alone.statement
    assert among.ignored == sum(name == "authentication-results" for name, _ in forged) - sum(
        authres.read(value).server != "mx.shop.example" for name, value in forged if name == "authentication-results"
    )


@given(st.text(max_size=2000))
def test_any_text_can_be_read(text: str) -> None:
    assert len(authres.read(text).results) <= authres.MAX_RESULTS
