"""Whether the customer is told at once that their contact is registered."""

from datetime import datetime

MOST_A_DAY = 10  # to one address within 24 hours; who gets more is a machine that answers whatever we write


def key(conversation_id: int, at: datetime) -> str:
    """At most one acknowledgement for a conversation and day (UTC)."""
    return f"ack:{conversation_id}:{at.date().isoformat()}"


def is_due(*, is_automatic: bool, can_send: bool, is_enabled: bool, has_incident: bool) -> bool:
    """Never to automatic mail, spam or blocked senders (they open no incident), nor where we can't send."""
    return can_send and is_enabled and has_incident and not is_automatic
