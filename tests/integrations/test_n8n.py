"""docs/integrations/n8n/outages.json: what it is made of, and whether its code believes the right posts."""

import base64
import json
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from channelhub.domain.events.catalogue import CATALOGUE
from channelhub.sdk.webhook_keys import new_secret, read_key, signed_by_all

WORKFLOW = json.loads((Path(__file__).parents[2] / "docs/integrations/n8n/outages.json").read_text())
NODES: dict[str, Any] = {node["name"]: node for node in WORKFLOW["nodes"]}
SECRET = new_secret()
BODY = '{"type":"outage.suspected","data":{"outage_id":"40963","note":"Оля"}}'.encode()


def test_every_connection_leads_to_a_node_and_every_node_is_reached() -> None:
    reached = {one["node"] for ends in WORKFLOW["connections"].values() for branch in ends["main"] for one in branch}

    assert reached | {"Channelhub"} == set(NODES)
    assert set(WORKFLOW["connections"]) <= set(NODES)
    assert len({node["id"] for node in NODES.values()}) == len(NODES)


def test_the_body_is_kept_raw_and_what_is_not_genuine_is_refused() -> None:
    first = NODES["Channelhub"]["parameters"]
    taken, refused = WORKFLOW["connections"]["Genuine?"]["main"]

    assert first["options"]["rawBody"] is True
    assert first["responseMode"] == "responseNode"
    assert [NODES[one["node"]]["parameters"]["options"]["responseCode"] for one in (*taken, *refused)] == [204, 401]


def test_what_the_workflow_reads_of_events_is_in_the_catalogue() -> None:
    asked = json.dumps(NODES["Ask for it"]["parameters"])
    outages = [one for one in CATALOGUE.values() if one.name.startswith("outage.")]

    assert "$json.event.data.outage_id" in asked
    assert outages
    assert all("outage_id" in one.payload.__struct_fields__ for one in outages)


def ran(headers: dict[str, str], body: bytes = BODY) -> Any:
    given = {
        "code": NODES["Verify"]["parameters"]["jsCode"],
        "secret": SECRET,
        "headers": headers,
        "body": base64.b64encode(body).decode(),
    }
    done = subprocess.run(
        ["node", str(Path(__file__).parent / "n8n.mjs")],
        input=json.dumps(given), capture_output=True, text=True, check=True, timeout=30,
    )  # fmt: skip
    [item] = json.loads(done.stdout)
    return item["json"]


def signed(secret: str = SECRET, age: timedelta = timedelta()) -> dict[str, str]:
    return dict(signed_by_all("evt_1", BODY, keys=[read_key(secret)], at=datetime.now(UTC) - age))


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_its_code_believes_what_is_signed_now_and_nothing_else() -> None:
    genuine = ran(signed())
    forged = [
        ran(signed(new_secret())),
        ran(signed(age=timedelta(seconds=310))),
        ran(signed(), BODY + b" "),
        ran(signed() | {"webhook-signature": "v1,AAAA v2"}),
        ran({}),
    ]

    assert genuine == {"genuine": True, "event": json.loads(BODY)}
    assert forged == [{"genuine": False, "event": None}] * 5
