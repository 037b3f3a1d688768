"""What WhatsApp's refusal of a message means (developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes)."""

from channelhub.sdk.errors import AuthFailed, Rejected, Unavailable
from connectors.meta.graph import Refusal, explain, waiting_s

#: Limits that pass, and how long to wait where the answer doesn't say: the throughput of the number, messages to one
#: customer too quickly after each other, too much marked as spam, servers that are too busy.
_WAITS_S = {130429: 2.0, 131056: 6.0, 131048: 3600.0, 131016: 30.0, 133004: 30.0, 131057: 300.0}
#: The account is locked or lacks something that a person has to do at Meta.
_LOCKED = frozenset({131005, 131031, 131042, 131045, 133010})
_WHY = {
    131026: "WhatsApp can't deliver to this customer: no WhatsApp there, an old app, or its terms not accepted",
    131047: "more than 24 hours since the customer wrote: WhatsApp takes an approved template only. "
    "Set `template`, or answer another way",
    131049: "WhatsApp holds it back to spare the customer messages",
    131050: "the customer declined messages of this kind",
    131051: "WhatsApp doesn't know this type of message",
    131062: "WhatsApp doesn't send this to a customer whose number is hidden",
}


def verdict(exc: Refusal) -> Exception:
    """Unavailable where it may be tried again, AuthFailed where a person has to act, Rejected where it never will."""
    code = exc.fault.code
    if code in _WAITS_S:
        return Unavailable(f"sending: {exc.words}", retry_after_s=exc.wait_s or _WAITS_S[code])
    if waiting_s(exc) is not None:
        return Unavailable(f"sending: {exc.words}", retry_after_s=waiting_s(exc))
    if code in _LOCKED:
        return AuthFailed(f"sending: the WhatsApp account needs attention in Meta's Business Manager: {exc.words}")
    meant = explain(exc, "sending")
    if isinstance(meant, AuthFailed):
        return meant
    return Rejected(_WHY.get(code) or f"WhatsApp refuses the message: {exc.words}")
