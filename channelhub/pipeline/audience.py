"""What approving a notice would do, before anybody does: how many would be told where, and who would not, and why."""

from collections import Counter
from dataclasses import dataclass

from channelhub.pipeline.addressing import address
from channelhub.pipeline.rulebook import Rulebook
from channelhub.store.database import Session
from channelhub.store.notices import Notice

MOST_LOOKED_AT = 5000  # addresses; of a larger audience it is said that there are more


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Addresses that would be written to, by (channel, language), and those that wouldn't, by reason."""

    told: dict[tuple[str, str], int]
    unsent: dict[str, int]
    is_whole: bool

    @property
    def customers(self) -> int:
        """Each customer is told at one address."""
        return sum(self.told.values())


async def preview(session: Session, book: Rulebook, notice: Notice, *, now_us: int) -> Audience:
    """The audience of a draft as of now. Who reports later is told, too."""
    decided = await address(session, book, notice, now_us=now_us, limit=MOST_LOOKED_AT)
    told = Counter((one.account.channel, one.language) for one in decided if one.reason is None)
    unsent = Counter(str(one.reason) for one in decided if one.reason is not None)
    return Audience(
        told=dict(sorted(told.items())), unsent=dict(sorted(unsent.items())), is_whole=len(decided) < MOST_LOOKED_AT
    )
