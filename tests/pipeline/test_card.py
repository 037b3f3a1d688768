"""What a card counts: the whole history, whatever part of it is shown, through links, edits and repetition."""

from channelhub.pipeline.card import MAX_IDENTITIES, Card, card
from channelhub.pipeline.commands import people
from channelhub.pipeline.looking import Look
from channelhub.store import timeline_counts
from tests.pipeline.workshop import Workshop, identity_of, mail, words

ANN, BOB = "email:ann@example.com", "email:bob@example.com"
AGENT = "agent:olha"


async def small_card_of(shop: Workshop, identity: str) -> Card:
    """With one entry on its page."""
    async with shop.store.readers.read() as session:
        found = await card(session, identity_of(identity), Look(limit=1))
    assert found is not None
    return found


async def test_statistics_are_of_the_whole_history_and_not_of_the_page(shop: Workshop) -> None:
    await shop.take("mail", mail("<a1>", ANN, minutes=1))
    await shop.take("shop", words("a2", ANN, minutes=2))
    shown = await small_card_of(shop, ANN)

    assert len(shown.entries) == 1
    assert shown.stats.channels == ("api", "email")
    assert shown.stats.entries == len((await shop.card_of(ANN)).entries) >= 2


async def test_statistics_follow_links_and_stay_after_redelivery_and_unlinking(shop: Workshop) -> None:
    await shop.take("mail", mail("<a1>", ANN, minutes=1))
    await shop.take("shop", words("b1", BOB, minutes=2))
    ann, bob = [(await small_card_of(shop, one)).stats for one in (ANN, BOB)]
    link_id = await people.link(shop.acting, AGENT, identity_of(ANN), identity_of(BOB))
    await shop.take("mail", mail("<a1>", ANN, minutes=1), delivery_id="again")
    joined = (await small_card_of(shop, ANN)).stats
    await people.unlink(shop.acting, AGENT, link_id)
    apart = [(await small_card_of(shop, one)).stats for one in (ANN, BOB)]
    async with shop.store.readers.read() as session:
        wrong = await timeline_counts.differing(session, limit=10)

    assert joined.entries == ann.entries + bob.entries
    assert joined.channels == ("api", "email")
    assert joined.first_us == min(one.first_us for one in (ann, bob) if one.first_us is not None)
    assert joined.last_us == max(one.last_us for one in (ann, bob) if one.last_us is not None)
    assert apart == [ann, bob]
    assert wrong == []


async def test_a_card_says_how_many_identities_there_are_beyond_those_it_shows(shop: Workshop) -> None:
    names = [f"email:ann{number}@example.com" for number in range(MAX_IDENTITIES + 2)]
    for minutes, name in enumerate(names):
        await shop.take("mail", mail(f"<{name}>", name, minutes=minutes))
    for name in names[1:]:
        await people.link(shop.acting, AGENT, identity_of(names[0]), identity_of(name))
    shown = await small_card_of(shop, names[0])

    assert len(shown.identities) == MAX_IDENTITIES
    assert shown.identities_total == MAX_IDENTITIES + 2
