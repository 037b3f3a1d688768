"""A daemon that holds one thing of each kind, and the API document with their ids in it: made-up requests meet them."""

import base64
import copy
import time
from collections.abc import Callable
from typing import Any

from channelhub.cli.demo.trouble import REPORTS
from tests.hostile.attacker import SECRET, Attacker, dumps

PATIENCE_S = 60.0
PARAMETERS = {"account": ["shop"], "type": ["message.received", "outage.suspected"], "n": ["0"]}


def furnish(attacker: Attacker) -> dict[str, list[str]]:
    """Let there be a message with a file, an outage with a notice, a webhook with a delivery, …; their ids by kind."""
    file = {"filename": "a.txt", "content": base64.b64encode(b"abc").decode()}
    sender = {"identities": [{"kind": "email", "value": "ann@example.com"}, {"kind": "external", "value": "crm-1"}]}
    known = attacker.post(
        {"account": "shop", "external_id": "1", "text": "не работает", "sender": sender, "attachments": [file]}
    ).json()["id"]
    attacker.settled(known)
    card = attacker.get("/customers/lookup?identity=email:ann@example.com")
    made = _made(attacker, "/webhooks", {"url": "https://receiver.invalid/hook"})
    outage = _outage(attacker)
    return {
        "messages": [known],
        "customers": [card["customer"]["id"]],
        "identities": [one["id"] for one in card["identities"]],
        "links": [one["id"] for one in card["links"]],
        "conversations": [card["timeline"]["items"][0]["conversation_id"]],
        "incidents": [card["incidents"][0]["id"]],
        "outages": [outage],
        "notices": [_made(attacker, f"/outages/{outage}/notices", {"kind": "notice"})["id"]],
        "webhooks": [made["webhook"]["id"]],
        "deliveries": [_made(attacker, f"/webhooks/{made['webhook']['id']}/test", {})["id"]],
        "tokens": [_made(attacker, "/tokens", {"role": "agent", "name": "Olha"})["id"]],
        "parked": [_parked(attacker)],
    }


def _made(attacker: Attacker, path: str, body: object) -> Any:
    answer = attacker.ask("POST", f"/api/v1{path}", dumps(body))
    assert answer.status < 300, answer
    return answer.json()


def _outage(attacker: Attacker) -> str:
    for number, text in enumerate([*REPORTS["uk"], *REPORTS["ru"], *REPORTS["en"]]):
        sender = {"identities": [{"kind": "external", "value": f"c{number}"}]}
        attacker.post({"account": "shop", "external_id": f"m{number}", "sender": sender, "text": text.format(order=1)})
    return str(_first(lambda: attacker.get("/outages")["items"])["id"])


def _parked(attacker: Attacker) -> str:
    attacker.ask(
        "POST", "/hooks/bot", b'{"update_id": 1, "message": 7}', headers={"X-Telegram-Bot-Api-Secret-Token": SECRET}
    )
    return str(_first(lambda: attacker.get("/parked")["items"])["id"])


def _first(look: Callable[[], list[Any]]) -> Any:
    deadline = time.monotonic() + PATIENCE_S
    while not (found := look()):
        assert time.monotonic() < deadline, "it did not come to be"
        time.sleep(0.05)
    return found[0]


def with_ids(document: dict[str, Any], known: dict[str, list[str]]) -> dict[str, Any]:
    """The document as it would be if there were no other ids than these."""
    made = copy.deepcopy(document)
    for path, methods in made["paths"].items():
        for parameter in (one for operation in methods.values() for one in operation["parameters"]):
            if parameter["in"] == "path":
                ids = _ids(path, parameter["name"], known)
                if ids:
                    parameter["schema"] = {"type": "string", "enum": ids}
    return made


def _ids(path: str, name: str, known: dict[str, list[str]]) -> list[str]:
    if name == "message_id":
        return known["messages"]
    return PARAMETERS.get(name) or known.get(path.split("/")[3], [])
