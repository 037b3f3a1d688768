"""The monitoring connectors keep the contract: alerts instead of messages, the same promises."""

import hashlib
import hmac
import json
from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

import aiohttp

from channelhub.domain.raw import RawMessage
from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Plugin
from channelhub.sdk.testing import CALLED, NO_FILES, NO_SIGNATURE, NO_TIME, Case, ConnectorContract, PostingRig, because
from connectors.monitoring.config import GrafanaConfig, MonitoringConfig
from connectors.monitoring.plugin import alertmanager, grafana, uptime_kuma, zabbix
from connectors.monitoring.receive import MAX_BODY_BYTES
from tests.connectors.monitoring.vectors import ALERTMANAGER, GRAFANA, KUMA, KUMA_WORDS, ZABBIX, changed

ACCOUNT = "shop"
STAMP = "X-Sent-At"
NEVER_CHANGED = because("what an alert says next is an alert of its own", Case.EDIT, Case.DELETION)
SECRET = "a-secret-made-up-by-us-9f2c"


class MonitoringRig(PostingRig):
    """A monitoring system that proves itself by a token."""

    secrets = (SECRET,)
    proof_headers = ("Authorization",)
    oversize_bytes = MAX_BODY_BYTES + 1
    not_applicable = CALLED | NO_FILES | NO_SIGNATURE | NO_TIME | NEVER_CHANGED
    shapes: tuple[dict[str, Any], ...] = ()

    def config(self) -> MonitoringConfig | GrafanaConfig:
        return MonitoringConfig(secret=Secret(SECRET))

    def headers(self, body: bytes) -> dict[str, str]:
        return {"Authorization": f"Bearer {SECRET}"}

    def body(self, number: int, text: str) -> bytes:
        return json.dumps(self.said(number, text)).encode()

    def unknown(self) -> bytes:
        return b'{"version":"99","kind":"forecast","expected":[{"of":"tomorrow"}]}'

    @abstractmethod
    def said(self, number: int, text: str) -> dict[str, Any]:
        """The notice of an alert of its own for each number."""

    def vectors(self) -> Sequence[RawMessage]:
        bodies = [json.dumps(shape).encode() for shape in self.shapes]
        return [RawMessage(account=ACCOUNT, delivery_id=hashlib.sha256(body).hexdigest(), body=body) for body in bodies]


class AlertmanagerRig(MonitoringRig):
    plugin: Plugin = alertmanager
    shapes = (ALERTMANAGER, changed(ALERTMANAGER, alerts=ALERTMANAGER["alerts"][:1] * 2))

    def headers(self, body: bytes) -> dict[str, str]:
        return {"Authorization": aiohttp.encode_basic_auth("channelhub", SECRET)}

    def said(self, number: int, text: str) -> dict[str, Any]:
        alert = {**ALERTMANAGER["alerts"][0], "fingerprint": f"f{number}", "annotations": {"summary": text}}
        return changed(ALERTMANAGER, alerts=[alert])


class GrafanaRig(MonitoringRig):
    plugin: Plugin = grafana
    shapes = (GRAFANA,)

    proof_headers = (STAMP, "X-Grafana-Alerting-Signature")
    not_applicable = CALLED | NO_FILES | NEVER_CHANGED

    def config(self) -> GrafanaConfig:
        return GrafanaConfig(secret=Secret(SECRET), signed=True, timestamp_header=STAMP)

    def headers(self, body: bytes) -> dict[str, str]:
        return self._signed(body, int(self.now.timestamp()))

    def old_headers(self, body: bytes) -> dict[str, str]:
        return self._signed(body, int(self.now.timestamp()) - 3600)

    @staticmethod
    def _signed(body: bytes, at_s: int) -> dict[str, str]:
        mac = hmac.digest(SECRET.encode(), f"{at_s}:".encode() + body, "sha256").hex()
        return {STAMP: str(at_s), "X-Grafana-Alerting-Signature": mac}

    def said(self, number: int, text: str) -> dict[str, Any]:
        alert = {**GRAFANA["alerts"][0], "fingerprint": f"f{number}", "annotations": {"summary": text}}
        return changed(GRAFANA, alerts=[alert])


class ZabbixRig(MonitoringRig):
    plugin: Plugin = zabbix
    shapes = (ZABBIX, changed(ZABBIX, value=0, ended=1772374000), {"event_id": "1", "value": 0})

    def said(self, number: int, text: str) -> dict[str, Any]:
        return changed(ZABBIX, event_id=str(number), message=text)


class KumaRig(MonitoringRig):
    plugin: Plugin = uptime_kuma
    shapes = (KUMA, changed(KUMA, heartbeat={**KUMA["heartbeat"], "status": 1}), KUMA_WORDS)

    def said(self, number: int, text: str) -> dict[str, Any]:
        return changed(
            KUMA, heartbeat={**KUMA["heartbeat"], "msg": text}, monitor={**KUMA["monitor"], "id": 100 + number}
        )


class TestAlertmanager(ConnectorContract):
    rig = AlertmanagerRig


class TestGrafana(ConnectorContract):
    rig = GrafanaRig


class TestZabbix(ConnectorContract):
    rig = ZabbixRig


class TestUptimeKuma(ConnectorContract):
    rig = KumaRig
