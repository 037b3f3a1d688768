"""Posts in the shapes that telephone systems document, with people who don't exist."""

import base64
import hashlib
import hmac
import json
from typing import Any
from urllib.parse import urlencode

SECRET = "a-secret-of-the-test"
KEY = "an-api-key"
CALLER = "380501234567"
LINE = "380441112233"
CALL = "53ba82e2-bd6d-12d9-fb2d-3838f0cfb070"
AT = 1_795_293_000


def generic(event: str, **fields: Any) -> dict[str, Any]:
    return {"event": event, "from": CALLER, "to": LINE, "direction": "in", "callId": CALL} | fields


NEW_CALL = generic("newCall", user=["Оператор 1", "Оператор 2"], queue="support")
ANSWER = generic("answer", answeringNumber="101")
HANGUP = generic("hangup", cause="normalClearing", answeringNumber="101", duration=95)
MISSED = generic("hangup", cause="cancel", answeringNumber="101")
VOICEMAIL = generic(
    "hangup", cause="noAnswer", transcript="Передзвоніть мені", recording="https://rec.example/a/1.wav?x=1"
)
RECORDING = generic("recording", recording="https://rec.example/a/2.mp3")
HIDDEN = generic("hangup", cause="cancel", **{"from": "anonymous"})
OUTGOING = generic("hangup", direction="out", cause="noAnswer", **{"from": LINE, "to": CALLER})
HOLOGRAM = generic("hologram")


def leg(state: str, *, place: str = "queue", seq: int = 1, **fields: Any) -> dict[str, Any]:
    return {
        "entry_id": "MTIzNDU2Nzg5MDox",
        "call_id": "MToxMDA2",
        "timestamp": AT,
        "seq": seq,
        "call_state": state,
        "location": place,
        "from": {"number": "79161234567"},
        "to": {"number": "74951112233", "line_number": "74951112233", "extension": "101"},
        "dct": {"type": 0},
    } | fields


def summary(**fields: Any) -> dict[str, Any]:
    return {
        "entry_id": "MTIzNDU2Nzg5MDox",
        "call_direction": 1,
        "from": {"number": "79161234567"},
        "to": {"extension": "101", "number": "74951112233"},
        "line_number": "74951112233",
        "create_time": AT,
        "forward_time": AT + 3,
        "talk_time": AT + 10,
        "end_time": AT + 105,
        "entry_result": 1,
        "disconnect_reason": 1110,
    } | fields


MANGO_RECORDING = {
    "recording_id": "MToxMDA3Og==",
    "recording_state": "Completed",
    "seq": 4,
    "entry_id": "MTIzNDU2Nzg5MDox",
    "call_id": "MToxMDA2",
    "extension": "101",
    "timestamp": AT + 110,
    "completion_code": 1000,
    "recipient": "user",
}


def mango(document: dict[str, Any], *, key: str = KEY, salt: str = SECRET) -> bytes:
    """The form that Mango Office posts."""
    text = json.dumps(document)
    sign = hashlib.sha256(f"{key}{text}{salt}".encode()).hexdigest()
    return urlencode({"vpbx_api_key": key, "sign": sign, "json": text}).encode()


def zadarma(event: str, **fields: str) -> dict[str, str]:
    return {
        "event": event,
        "call_start": "2026-11-21 22:30:00",
        "pbx_call_id": "in_0b1c2d3e4f",
        "caller_id": f"+{CALLER}",
        "called_did": f"+{LINE}",
    } | fields


ZADARMA_END = zadarma(
    "NOTIFY_END", internal="101", duration="95", disposition="answered", status_code="16", is_recorded="1",
    call_id_with_rec="1795293000.118877",
)  # fmt: skip
ZADARMA_RECORD = {"event": "NOTIFY_RECORD", "pbx_call_id": "in_0b1c2d3e4f", "call_id_with_rec": "1795293000.118877"}


def zadarma_signature(signed: str, secret: str = SECRET) -> str:
    """As the vendor's library makes it: Base64 of the hex of an HMAC-SHA1."""
    return base64.b64encode(hmac.new(secret.encode(), signed.encode(), hashlib.sha1).hexdigest().encode()).decode()


def binotel(kind: str, **details: str) -> dict[str, str]:
    named = {
        "companyID": "1122",
        "generalCallID": "2000112233",
        "callType": "0",
        "externalNumber": "0501234567",
        "internalNumber": "901",
        "disposition": "NOANSWER",
        "waitsec": "31",
        "billsec": "0",
        "startTime": str(AT),
    } | details
    return {"requestType": kind} | {f"callDetails[{name}]": value for name, value in named.items()}
