"""Customers are a pure function of live evidence and people's decisions, whatever the order."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.domain.people import Evidence, Handle, IdentityKey, Link, Sender
from channelhub.rules.grouping import Node, customers, shared
from channelhub.rules.identity import (
    CROWD,
    SHARED_NEIGHBOURS,
    Claim,
    claims,
    connect,
    identity_id,
    link,
    normalize,
    parse_key,
)


def key(kind: str, value: str, account: str = "a") -> IdentityKey | None:
    return normalize(Handle(kind=kind, value=value), account=account, default_region="UA")


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("Ann@Example.COM", "ann@example.com"),
        ("<ann@example.com>", "ann@example.com"),
        ("ann@example.com.", "ann@example.com"),
        ("анна@приклад.укр", "анна@xn--80aikifvh.xn--j1amh"),
        ("АННА@Приклад.УКР", "анна@xn--80aikifvh.xn--j1amh"),
    ],
)
def test_one_mail_address_has_one_key(written: str, same: str) -> None:
    found = key("email", written)

    assert found is not None
    assert (found.value, found.scope) == (same, "")


@pytest.mark.parametrize("written", ["", "ann", "@example.com", "ann@", "a b@example.com"])
def test_what_is_no_address_has_no_key(written: str) -> None:
    assert key("email", written) is None


@pytest.mark.parametrize("written", ["050 111 22 33", "+380 (50) 111-22-33", "00380501112233", "0501112233"])
def test_one_phone_has_one_key(written: str) -> None:
    found = key("phone", written)

    assert found is not None
    assert found.value == "+380501112233"


def test_opaque_ids_belong_to_their_account_and_addresses_to_all() -> None:
    assert key("telegram", "7", "one") != key("telegram", "7", "two")
    assert key("email", "a@b.cd", "one") == key("email", "a@b.cd", "two")


def test_long_ids_that_begin_alike_stay_two() -> None:
    one, two = key("external", "x" * 400 + "1"), key("external", "x" * 400 + "2")

    assert one is not None
    assert one != two
    assert len(one.value) <= 256


@given(st.text(max_size=400), st.sampled_from(["email", "phone", "external", "device"]))
def test_any_text_has_a_stable_key_or_none(text: str, kind: str) -> None:
    found = key(kind, text)

    assert found == key(kind, text)
    if found is not None and kind == "email":
        assert key(kind, found.value) == found


def test_the_strongest_evidence_for_a_handle_counts_and_the_first_wrote() -> None:
    sender = Sender(
        handles=(
            Handle(kind="email", value="Ann@example.com"),
            Handle(kind="phone", value="nonsense"),
            Handle(kind="email", value="ann@EXAMPLE.com", evidence=Evidence.DMARC),
        )
    )
    (found,) = claims(sender, account="a", fallback="d1", default_region="UA")

    assert (found.shown, found.evidence) == ("Ann@example.com", Evidence.DMARC)


def test_a_sender_without_handles_is_somebody_of_their_own() -> None:
    one, two = (claims(Sender(), account="a", fallback=name, default_region="UA")[0] for name in ("d1", "d2"))

    assert one.key.kind == "anonymous"
    assert one.key != two.key


def claim(kind: str, value: str, evidence: Evidence) -> Claim:
    found = key(kind, value)
    assert found is not None
    return Claim(key=found, shown=value, evidence=evidence)


def test_verified_ends_are_linked_by_the_weaker_evidence_and_claimed_ones_only_suggested() -> None:
    mail = claim("email", "a@b.cd", Evidence.DMARC)
    links, none = connect([mail, claim("phone", "0501112233", Evidence.TRUSTED_ACCOUNT)], at_us=1)
    nothing, suggestions = connect([mail, claim("phone", "0501112233", Evidence.CLAIMED)], at_us=1)

    assert ([one.evidence for one in links], none) == ([Evidence.DMARC], [])
    assert (nothing, len(suggestions)) == ([], 1)
    assert "phone" in suggestions[0].reason


def test_a_claimed_writer_is_linked_to_nothing_however_strong_the_rest() -> None:
    writer = claim("email", "a@b.cd", Evidence.CLAIMED)
    links, suggestions = connect([writer, claim("phone", "0501112233", Evidence.SITE_SIGNED)], at_us=1)

    assert (links, len(suggestions)) == ([], 1)


def node(number: int, kind: str, *, first_us: int = 0, scope: str = "", value: str = "") -> Node:
    return Node(id=number, kind=kind, first_us=first_us, scope=scope, value=value or str(number))


KINDS = ("email", "phone", "external", "telegram")
NODES = [
    Node(id=n + 1, kind=KINDS[n % 4], first_us=(n * 7) % 11, scope="ab"[n % 3 == 0], value=str(n)) for n in range(14)
]


@st.composite
def webs(draw: st.DrawFn) -> list[Link]:
    found: dict[int, Link] = {}
    for _ in range(draw(st.integers(0, 24))):
        left, right = draw(st.lists(st.integers(1, len(NODES)), min_size=2, max_size=2, unique=True))
        evidence = draw(st.sampled_from(list(Evidence)))
        made = link(left, right, evidence, actor="x", at_us=draw(st.integers(0, 5)))
        if draw(st.integers(0, 5)) == 0:
            made = Link(**{**{name: getattr(made, name) for name in Link.__slots__}, "revoked_us": 9})
        found[made.id] = made
    return list(found.values())


@given(webs(), st.randoms())
def test_any_order_of_identities_and_links_gives_the_same_customers(web: list[Link], chance: object) -> None:
    nodes, links = list(NODES), list(web)
    chance.shuffle(nodes)  # type: ignore[attr-defined]
    chance.shuffle(links)  # type: ignore[attr-defined]

    assert customers(nodes, links) == customers(NODES, web)


@given(webs())
def test_every_identity_has_one_customer_who_is_the_oldest_of_them(web: list[Link]) -> None:
    found = customers(NODES, web)
    by_id = {node.id: node for node in NODES}

    assert set(found) == set(by_id)
    for customer in set(found.values()):
        group = [by_id[one] for one, owner in found.items() if owner == customer]
        assert customer == min(group, key=lambda node: (node.first_us, node.id)).id


@given(webs())
def test_two_signed_customers_are_one_only_where_a_person_said_so(web: list[Link]) -> None:
    found = customers(NODES, [one for one in web if one.evidence is not Evidence.AGENT])
    kinds = {node.id: node.kind for node in NODES}
    signed = {
        end
        for one in web
        if one.evidence is Evidence.SITE_SIGNED and one.revoked_us is None
        for end in (one.left_id, one.right_id)
        if kinds[end] == "external"
    }

    for left, right in itertools.combinations(sorted(signed), 2):
        assert found[left] != found[right]


@given(webs())
def test_claimed_and_revoked_links_count_for_nothing(web: list[Link]) -> None:
    live = [one for one in web if one.revoked_us is None and one.evidence.is_verified]

    assert customers(NODES, web) == customers(NODES, live)


def _star(
    count: int, evidence: Evidence = Evidence.TRUSTED_ACCOUNT, kind: str = "phone"
) -> tuple[list[Node], list[Link]]:
    nodes = [node(1, kind), *(node(n + 2, "email", first_us=n) for n in range(count))]
    return nodes, [link(1, node.id, evidence, actor="x", at_us=1) for node in nodes[1:]]


def test_a_shared_address_joins_nobody_not_even_those_it_joined_before() -> None:
    few, few_links = _star(SHARED_NEIGHBOURS)
    many, many_links = _star(SHARED_NEIGHBOURS + 1)

    assert len(set(customers(few, few_links).values())) == 1
    assert len(set(customers(many, many_links).values())) == len(many)
    assert shared({node.id: node for node in many}, many_links) == {1}


def test_an_opaque_id_may_have_many_addresses_but_not_any_number() -> None:
    some, some_links = _star(CROWD, kind="external")
    crowd, crowd_links = _star(CROWD + 1, kind="external")

    assert len(set(customers(some, some_links).values())) == 1
    assert len(set(customers(crowd, crowd_links).values())) == len(crowd)


def test_a_person_may_join_through_a_shared_address() -> None:
    nodes, links = _star(SHARED_NEIGHBOURS + 1)
    found = customers(nodes, [*links, link(1, 2, Evidence.AGENT, actor="agent:a", at_us=9)])

    assert found[1] == found[2]
    assert found[3] not in (found[1], found[4])


def test_an_identity_is_named_by_kind_and_value() -> None:
    found = key("phone", "0501112233")

    assert found is not None
    assert parse_key("phone:050 111 22 33", default_region="UA") == ("phone", "+380501112233")
    assert parse_key("nonsense", default_region="UA") is None
    assert identity_id(found) == identity_id(found) > 0


def grouped(nodes: list[Node], *links: Link) -> int:
    return len(set(customers(nodes, links).values()))


def joined(left: int, right: int, evidence: Evidence = Evidence.TRUSTED_ACCOUNT) -> Link:
    return link(left, right, evidence, actor="x", at_us=left)


def test_two_customers_of_one_account_stay_two_although_they_share_a_phone() -> None:
    phone, own, other, elsewhere = (
        node(1, "phone"),
        node(2, "external", scope="shop"),
        node(3, "external", scope="shop"),
        node(4, "external", scope="forum"),
    )

    assert grouped([phone, own, other], joined(1, 2), joined(1, 3)) == 2
    assert grouped([phone, own, elsewhere], joined(1, 2), joined(1, 4)) == 1
    assert grouped([phone, own, other], joined(1, 2), joined(1, 3), joined(2, 3, Evidence.AGENT)) == 1


def test_one_number_that_two_sites_signed_is_one_customer() -> None:
    mail = node(1, "email")
    chat, form, third = (node(n, "external", scope=scope, value=value) for n, scope, value in
                         ((2, "chat", "17"), (3, "form", "17"), (4, "form", "18")))  # fmt: skip

    assert grouped([mail, chat, form], *(joined(1, n, Evidence.SITE_SIGNED) for n in (2, 3))) == 1
    assert grouped([mail, chat, third], *(joined(1, n, Evidence.SITE_SIGNED) for n in (2, 4))) == 2


def called(left: int, right: int, name: str, evidence: Evidence = Evidence.TRUSTED_ACCOUNT) -> Link:
    return link(left, right, evidence, actor="x", at_us=left, name=name)


def test_a_familys_phone_stays_with_the_first_and_a_renamed_person_stays_one() -> None:
    phone, record, chat = node(1, "phone"), node(2, "external", scope="shop"), node(3, "telegram", scope="bot")
    hers = called(1, 2, "Софія Євтушенко")
    his = called(1, 3, "Павло Євтушенко", Evidence.CHANNEL_CONTACT)
    nick = called(1, 3, "sunny", Evidence.CHANNEL_CONTACT)

    assert customers([phone, record, chat], [hers, his]) == {1: 1, 2: 1, 3: 3}
    assert grouped([phone, record, chat], hers, nick) == 1
    assert grouped([phone, record, chat], hers, his, joined(1, 3, Evidence.AGENT)) == 1


def test_a_number_that_changed_hands_joins_no_two_accounts_of_a_messenger() -> None:
    phone = node(1, "phone")
    first, second = (node(n, "telegram", scope="bot") for n in (2, 3))
    links = [called(1, n, "", Evidence.CHANNEL_CONTACT) for n in (2, 3)]

    assert grouped([phone, first, second], *links) == 2
