"""One line of a stream: what a detector may read, and the truth it is scored by."""

from dataclasses import asdict, dataclass
from typing import Any

from bench.outage.customers import Customer


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """`outage` names the true outage, `kind` what the message was made as, `matter` what it is about."""

    at_s: float
    channel: str
    customer: Customer
    subject: str
    text: str
    kind: str
    matter: str
    outage: str | None = None

    def line(self) -> dict[str, Any]:
        """As in a stream's file."""
        return {
            "ts": round(self.at_s, 1),
            "channel": self.channel,
            "customer_id": self.customer.id,
            "lang": self.customer.language,
            "subject": self.subject,
            "text": self.text,
            "attributes": asdict(self.customer.attributes),
            "truth_outage": self.outage,
            "kind": self.kind,
            "intent": self.matter,
        }
