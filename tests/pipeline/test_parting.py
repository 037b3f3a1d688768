"""An acceptance is taken back, what holds two together is said, one is taken out of it all and put back."""

from datetime import timedelta

import pytest

from channelhub.domain.people import Evidence, Sender
from channelhub.pipeline.commands import people
from channelhub.pipeline.commands.acting import CommandRefused, NotFound
from tests.pipeline.workshop import Workshop, handle, identity_of, mail, words

ANN, BOB, CLO = "email:ann@example.com", "email:bob@example.com", "email:clo@example.com"
PHONE, OTHER_PHONE = "phone:+380501112233", "phone:+380440000001"
AGENT = "agent:olha"


def form(external_id: str, *written: str, evidence: Evidence = Evidence.CLAIMED) -> object:
    return words(external_id, Sender(handles=tuple(handle(one, evidence) for one in written)))


async def groups(shop: Workshop) -> list[set[int]]:
    rows = await shop.rows("SELECT id, customer_id FROM identities")
    found: dict[int, set[int]] = {}
    for row in rows:
        found.setdefault(row["customer_id"], set()).add(row["id"])
    return sorted(found.values(), key=sorted)


def apart(*written: str) -> list[set[int]]:
    return sorted(({identity_of(one)} for one in written), key=sorted)


async def suggested(shop: Workshop, identity: str) -> list[int]:
    return [one.id for one in (await shop.card_of(identity)).suggestions]


async def accepted(shop: Workshop) -> tuple[int, int]:
    """A suggestion that ANN has PHONE, accepted: it, and its link."""
    await shop.take("form", form("f1", ANN, PHONE))
    (suggestion_id,) = await suggested(shop, ANN)
    return suggestion_id, await people.accept(shop.acting, AGENT, suggestion_id)


async def triangle(shop: Workshop) -> dict[str, int]:
    """Three addresses, each proved to be with each of the others: the links by the two letters of their ends."""
    for name, pair in {"ab": (ANN, BOB), "ac": (ANN, CLO), "bc": (BOB, CLO)}.items():
        await shop.take("shop", form(name, *pair, evidence=Evidence.TRUSTED_ACCOUNT))
    ends = {
        frozenset(map(identity_of, pair)): name
        for name, pair in {"ab": (ANN, BOB), "ac": (ANN, CLO), "bc": (BOB, CLO)}.items()
    }
    rows = await shop.rows("SELECT id, left_id, right_id FROM links")
    return {ends[frozenset((row["left_id"], row["right_id"]))]: row["id"] for row in rows}


async def test_an_acceptance_taken_back_within_a_day_leaves_the_suggestion_open(shop: Workshop) -> None:
    suggestion_id, link_id = await accepted(shop)
    shop.clock += timedelta(hours=23)
    done = await people.unlink(shop.acting, AGENT, link_id)
    opened, customers = await suggested(shop, ANN), await groups(shop)
    again = await people.accept(shop.acting, AGENT, suggestion_id)

    assert (done.reopened, list(done.still_joined_by)) == (suggestion_id, [])
    assert (opened, customers) == ([suggestion_id], apart(ANN, PHONE))
    assert again == link_id
    assert len(await groups(shop)) == 1


async def test_an_acceptance_taken_back_says_nothing_against_proof_that_comes_later(shop: Workshop) -> None:
    _, link_id = await accepted(shop)
    await people.unlink(shop.acting, AGENT, link_id)
    await shop.take("shop", form("s1", ANN, PHONE, evidence=Evidence.TRUSTED_ACCOUNT))

    assert len(await groups(shop)) == 1


async def test_taken_apart_after_a_day_the_two_are_not_suggested_again(shop: Workshop) -> None:
    _, link_id = await accepted(shop)
    shop.clock += timedelta(hours=25)
    done = await people.unlink(shop.acting, AGENT, link_id)
    await shop.take("form", form("f2", ANN, PHONE))

    assert done.reopened is None
    assert await suggested(shop, ANN) == []
    assert await groups(shop) == apart(ANN, PHONE)


async def test_a_rejection_outlives_joining_by_hand_and_taking_that_apart(shop: Workshop) -> None:
    await shop.take("form", form("f1", ANN, PHONE))
    (suggestion_id,) = await suggested(shop, ANN)
    await people.reject(shop.acting, AGENT, suggestion_id)
    link_id = await people.link(shop.acting, AGENT, identity_of(ANN), identity_of(PHONE))
    done = await people.unlink(shop.acting, AGENT, link_id)

    assert done.reopened is None
    assert await suggested(shop, ANN) == []


async def test_two_that_others_still_join_are_said_to_be_so_and_by_which_links(shop: Workshop) -> None:
    links = await triangle(shop)
    first = await people.unlink(shop.acting, AGENT, links["ab"])
    customers = await groups(shop)
    second = await people.unlink(shop.acting, AGENT, links["ac"])

    assert {one.id for one in first.still_joined_by} == {links["ac"], links["bc"]}
    assert len(customers) == 1
    assert list(second.still_joined_by) == []
    assert await groups(shop) == sorted([{identity_of(ANN)}, {identity_of(BOB), identity_of(CLO)}], key=sorted)


async def test_an_identity_taken_out_is_alone_and_put_back_is_where_it_was(shop: Workshop) -> None:
    await triangle(shop)
    before = await groups(shop)
    left_id = await people.take_out(shop.acting, AGENT, identity_of(ANN))
    out = await groups(shop)
    with pytest.raises(CommandRefused):
        await people.take_out(shop.acting, AGENT, identity_of(ANN))
    with pytest.raises(NotFound):
        await people.put_back(shop.acting, AGENT, identity_of(BOB))
    customer_id = await people.put_back(shop.acting, AGENT, identity_of(ANN))
    with pytest.raises(NotFound):
        await people.put_back(shop.acting, AGENT, identity_of(ANN))

    assert out == sorted([{identity_of(ANN)}, {identity_of(BOB), identity_of(CLO)}], key=sorted)
    assert left_id in (identity_of(BOB), identity_of(CLO))
    assert await groups(shop) == before
    assert customer_id == (await shop.card_of(ANN)).customer_id
    assert [row["action"] for row in await shop.rows("SELECT action FROM audit ORDER BY id")] == [
        "customer.unlinked",
        "customer.linked",
    ]


async def test_one_that_held_two_others_together_comes_back_to_both(shop: Workshop) -> None:
    for name, other in (("s1", BOB), ("s2", CLO)):
        await shop.take("shop", form(name, ANN, other, evidence=Evidence.TRUSTED_ACCOUNT))
    before = await groups(shop)
    await people.take_out(shop.acting, AGENT, identity_of(ANN))
    out = await groups(shop)
    await people.put_back(shop.acting, AGENT, identity_of(ANN))

    assert out == apart(ANN, BOB, CLO)
    assert await groups(shop) == before


async def test_proof_that_comes_while_an_identity_is_out_counts_when_it_is_back(shop: Workshop) -> None:
    await shop.take("shop", form("s1", ANN, BOB, evidence=Evidence.TRUSTED_ACCOUNT))
    await shop.take("shop", form("s2", BOB, CLO, evidence=Evidence.TRUSTED_ACCOUNT))
    await people.take_out(shop.acting, AGENT, identity_of(ANN))
    await shop.take("shop", form("s3", ANN, CLO, evidence=Evidence.TRUSTED_ACCOUNT))
    await shop.take("mail", form("s4", ANN, BOB, evidence=Evidence.DMARC))
    out = await groups(shop)
    await people.put_back(shop.acting, AGENT, identity_of(ANN))
    (between,) = await shop.rows(
        f"SELECT id FROM links WHERE revoked_us IS NULL AND evidence = 'trusted-account' AND"
        f" {identity_of(ANN)} IN (left_id, right_id) AND {identity_of(CLO)} IN (left_id, right_id)"
    )
    left = await people.unlink(shop.acting, AGENT, between["id"])

    assert out == sorted([{identity_of(ANN)}, {identity_of(BOB), identity_of(CLO)}], key=sorted)
    assert len(left.still_joined_by) == 2
    assert len(await groups(shop)) == 1


async def test_put_back_it_is_kept_from_nobody_that_it_was_never_linked_to(shop: Workshop) -> None:
    await shop.take("shop", form("s1", ANN, BOB, evidence=Evidence.TRUSTED_ACCOUNT))
    await shop.take("shop", form("s2", BOB, CLO, evidence=Evidence.TRUSTED_ACCOUNT))
    await people.take_out(shop.acting, AGENT, identity_of(ANN))
    await people.put_back(shop.acting, AGENT, identity_of(ANN))
    await shop.take("shop", form("s3", ANN, CLO, evidence=Evidence.TRUSTED_ACCOUNT))
    links = await shop.rows("SELECT id, left_id, right_id FROM links WHERE revoked_us IS NULL")
    (between,) = (one["id"] for one in links if {one["left_id"], one["right_id"]} == {*map(identity_of, (ANN, BOB))})
    done = await people.unlink(shop.acting, AGENT, between)

    assert len(done.still_joined_by) == 2


async def test_taking_one_out_leaves_an_offices_phone_an_offices(shop: Workshop) -> None:
    for n in range(5):
        await shop.take("shop", form(f"o{n}", f"email:p{n}@example.com", PHONE, evidence=Evidence.TRUSTED_ACCOUNT))
    await shop.take("shop", form("s1", "email:p0@example.com", ANN, evidence=Evidence.TRUSTED_ACCOUNT))
    await people.take_out(shop.acting, AGENT, identity_of("email:p0@example.com"))

    assert len(await groups(shop)) == 7, "nobody is joined: five people, Ann and the phone"
    assert (await shop.card_of(PHONE)).shared == {identity_of(PHONE)}


async def test_a_phone_that_many_typed_suggests_nobody_and_the_card_says_shared(shop: Workshop) -> None:
    for n in range(4):
        await shop.take("form", form(f"f{n}", f"email:p{n}@example.com", PHONE))
    four, unshared = await suggested(shop, PHONE), (await shop.card_of(PHONE)).shared
    await shop.take("form", form("f4", "email:p4@example.com", PHONE))
    fifth = await suggested(shop, PHONE)
    await shop.take("form", form("f5", "email:p5@example.com", PHONE))
    states = {row["state"] for row in await shop.rows("SELECT state FROM suggestions")}

    assert (len(four), unshared) == (4, frozenset())
    assert fifth == await suggested(shop, PHONE) == await suggested(shop, "email:p5@example.com") == []
    assert states == {"shared"}
    assert (await shop.card_of(PHONE)).shared == {identity_of(PHONE)}
    assert (await shop.card_of("email:p5@example.com")).shared == frozenset()


async def test_many_in_one_batch_are_as_many_one_by_one(shop: Workshop) -> None:
    batch = [await shop.delivered("form", form(f"f{n}", f"email:p{n}@example.com", PHONE)) for n in range(6)]
    await shop.process(*batch)

    assert await suggested(shop, PHONE) == []


async def test_an_acceptance_of_what_became_shared_is_taken_back_to_shared(shop: Workshop) -> None:
    suggestion_id, link_id = await accepted(shop)
    for n in range(4):
        await shop.take("form", form(f"p{n}", f"email:p{n}@example.com", PHONE))
    joined = await groups(shop)
    await people.unlink(shop.acting, AGENT, link_id)

    assert {identity_of(ANN), identity_of(PHONE)} in joined, "an agent's word stands"
    assert await suggested(shop, ANN) == []
    with pytest.raises(NotFound):
        await people.accept(shop.acting, AGENT, suggestion_id)


async def test_what_a_person_took_apart_counts_as_no_claim(shop: Workshop) -> None:
    await shop.take("mail", mail("<m>", ANN))
    await shop.take("bot", form("b", PHONE, evidence=Evidence.CALLER))
    link_id = await people.link(shop.acting, AGENT, identity_of(ANN), identity_of(PHONE))
    await people.unlink(shop.acting, AGENT, link_id)
    for n in range(4):
        await shop.take("form", form(f"f{n}", f"email:p{n}@example.com", PHONE))
    four = await suggested(shop, PHONE)
    await shop.take("form", form("f9", ANN, PHONE))

    assert len(four) == 4
    assert await suggested(shop, PHONE) == []
