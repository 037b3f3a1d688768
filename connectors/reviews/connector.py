"""One app in one store: what both kinds do alike."""

from channelhub.domain.outbound import Outbound, SendReceipt
from channelhub.sdk.contract import Context, Deliver, Health, HealthReport, Pace
from channelhub.sdk.errors import NotCommitted, Rejected, Unavailable
from channelhub.sdk.health import tells_failures
from connectors.reviews.receive import Receiver
from connectors.reviews.review import Reader, Store

PER_MINUTE = 20  # of answers: stores count them by the hour and the day


class ReviewsConnector:
    """Receives an app's reviews and answers them."""

    def __init__(
        self,
        store: Store,
        read: Reader,
        context: Context,
        *,
        app: str,
        poll_s: float,
        history_days: int,
        max_reply_chars: int,
    ) -> None:
        self._store = store
        self._max_chars = max_reply_chars
        self._receiver = Receiver(store, read, context, app=app, poll_s=poll_s, history_days=history_days)

    async def run(self, deliver: Deliver) -> None:
        """Receive until cancelled. Raises AuthFailed and Unavailable."""
        try:
            await self._receiver.run(deliver)
        except NotCommitted as exc:
            raise Unavailable(f"the reviews stay in the store: {exc}", retry_after_s=exc.retry_after_s) from exc

    @tells_failures
    async def check(self) -> HealthReport:
        """Ask for one review; takes nothing."""
        return HealthReport(health=Health.OK, detail=await self._store.probe())

    async def send(self, message: Outbound) -> SendReceipt:
        """Answer a review, in place of an earlier answer.

        A repetition puts the same words in the same place, so everything that may pass is Unavailable.
        """
        if message.is_automatic:
            raise Rejected("automatic answers don't go under reviews: everybody reads them")
        if message.conversation_key and message.conversation_key != message.to:
            raise Rejected("the review is another person's than the one this answer is for")
        text = message.text.strip()
        if not text:
            raise Rejected(f"{self._store.name} takes no empty answers")
        if len(text) > self._max_chars:
            raise Rejected(
                f"{self._store.name} takes {self._max_chars} characters in an answer, this one has {len(text)}: "
                "shorten it (a review has one answer, so it can't go in parts)"
            )
        return SendReceipt(external_id=await self._store.reply(message.to, text))


def pace(_config: object) -> Pace:
    return Pace(at_once=1, per_minute_in_lane=PER_MINUTE, lane=lambda _recipient: "")


def is_public(_key: str) -> bool:
    """All see all of a store's conversations."""
    return True
