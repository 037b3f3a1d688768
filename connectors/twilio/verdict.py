"""What Twilio's codes mean (twilio.com/docs/api/errors): of requests that it refuses, of messages that don't arrive."""

from typing import Final

from channelhub.sdk.errors import AuthFailed, Blocked, ConnectorError, Rejected, Unavailable
from connectors.twilio.shapes import Fault

OPTED_OUT: Final = 21610
_WORDS_CHARS: Final = 300
#: Limits that pass, and how long to wait where the answer doesn't say.
_WAITS_S: Final = {20429: 10.0, 14107: 10.0, 21611: 300.0, 30001: 60.0, 63018: 10.0, 63038: 3600.0}
_ACCOUNT: Final = frozenset({20003, 20005, 20006, 20008, 20010, 20404, 30002})
_WHY: Final = {
    20003: "the credentials are refused: is account_sid or auth_token another one by now?",
    20404: "there is no such account: look at account_sid",
    21211: "the number is none that can be written to",
    21408: "messages to this country are switched off: allow it at Messaging, Settings, Geo permissions",
    21606: "sender can't send to this country, or is not a number of this account",
    21609: "Twilio doesn't take our address for reports: is public_url right?",
    OPTED_OUT: "the customer answered STOP: nothing reaches them until they send START",
    21612: "no way from this sender to that number",
    21614: "the number is no mobile one",
    11200: "Twilio can't fetch a file from us: is public_url right, and does a proxy pass /files/ on?",
    11751: "the files are too large for one message",
    12300: "Twilio doesn't take this type of file",
    21617: "the words are too long",
    21620: "Twilio doesn't take the address of a file: is public_url right?",
    21623: "too many files for one message",
    21659: "sender is not a number of this account",
    21703: "the messaging service has no number to send from",
    30003: "the phone is off or out of reach",
    30004: "the message was blocked",
    30005: "the number doesn't exist any more",
    30006: "a landline, or a carrier that can't be reached",
    30007: "the carrier took it for spam",
    30008: "it failed for a reason that the carrier doesn't tell",
    30011: "the phone, or its network, takes no MMS",
    30034: "the sender is not registered (A2P 10DLC) for US numbers",
    63003: "no WhatsApp at this number",
    63016: "more than 24 hours since the customer wrote: WhatsApp takes an approved template only. Set `template`",
    63019: "Twilio can't fetch a file from us: is public_url right, and does a proxy pass /files/ on?",
    63024: "no WhatsApp at this number, or it can't receive",
    63049: "WhatsApp holds it back to spare the customer messages",
}


def failure(status: int, fault: Fault, *, doing: str, wait_s: float | None) -> ConnectorError | None:
    """What a refusal means for what was asked; nothing of it was done. None: it may have been done."""
    why = _WHY.get(fault.code) or fault.message[:_WORDS_CHARS] or "no reason given"
    said = f"{doing}: {why} ({fault.code or status})"
    if status == 429 or fault.code in _WAITS_S:
        return Unavailable(said, retry_after_s=_WAITS_S.get(fault.code, 10.0) if wait_s is None else wait_s)
    if status == 401 or fault.code in _ACCOUNT:
        return AuthFailed(said)
    if fault.code == OPTED_OUT:
        return Blocked(said)
    return Rejected(said) if 400 <= status < 500 else None


def reason(code: str) -> str:
    """Why a message didn't arrive, in a line."""
    if not (code.isascii() and code.isdigit() and len(code) <= 6):
        return "Twilio tells no reason"
    return f"{_WHY.get(int(code), 'see twilio.com/docs/api/errors')} ({code})"
