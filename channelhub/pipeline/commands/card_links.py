"""A signed address of a card: who made it for whose card stands in the audit, the address itself nowhere."""

from channelhub.domain.times import from_us, to_us
from channelhub.pipeline.card import lookup
from channelhub.pipeline.commands.acting import Acting
from channelhub.rules import card_links
from channelhub.rules.card_links import CardLink
from channelhub.store import hub
from channelhub.store.database import Session

ACTION = "card-link.make"


async def make(acting: Acting, actor: str, link: CardLink) -> str:
    """The address below the hub's own. Of an identity that nobody has yet, too. Raises NotCommitted."""
    book = acting.book()

    async def write(session: Session) -> None:
        customer_id = await lookup(session, link.identity, default_region=book.default_region)
        until = from_us(link.until_s * 1_000_000).isoformat()
        await hub.record(
            session, at_us=to_us(acting.now()), actor=actor, action=ACTION, target=str(customer_id or ""),
            detail={"until": until},
        )  # fmt: skip

    await acting.store.writer.command(write)
    return card_links.path(link, secret=book.secret)
