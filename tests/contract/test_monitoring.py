"""The monitoring connectors keep the contract: alerts instead of messages, the same promises."""

import asyncio
import contextlib
import hashlib
import hmac
import json
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import aiohttp

from channelhub.domain.raw import RawMessage
from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Connector, Plugin
from channelhub.sdk.testing import ConnectorContract, MemoryHub, Rig
from connectors.monitoring.config import GrafanaConfig, MonitoringConfig
from connectors.monitoring.plugin import alertmanager, grafana, uptime_kuma, zabbix
from tests.connectors.monitoring.vectors import ALERTMANAGER, GRAFANA, KUMA, KUMA_WORDS, ZABBIX, changed

SECRET = "a-secret-made-up-by-us-9f2c"
ACCOUNT = "watch"


class MonitoringRig(Rig):
    """The vendor: posts each notice, and knows which ones were answered 2xx."""

    secrets = (SECRET,)
    shapes: tuple[dict[str, Any], ...] = ()

    async def __aenter__(self) -> Self:
        self._url = ""
        self._bodies: dict[str, bytes] = {}
        self._taken: set[str] = set()
        self._calls: set[asyncio.Task[None]] = set()
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for call in self._calls:
            call.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)
        await self._session.close()

    def config(self) -> MonitoringConfig | GrafanaConfig:
        return MonitoringConfig(secret=Secret(SECRET))

    def headers(self, body: bytes) -> dict[str, str]:
        return {"Authorization": f"Bearer {SECRET}"}

    def said(self, number: int, text: str) -> dict[str, Any]:
        raise NotImplementedError

    async def build(self, hub: MemoryHub) -> Connector:
        self._url = hub.url(ACCOUNT)
        return self.plugin.build(self.config(), hub.context(ACCOUNT))

    async def customer_says(self, text: str) -> str:
        key = str(len(self._bodies) + 1)
        self._bodies[key] = json.dumps(self.said(int(key), text)).encode()
        self._call(key)
        return key

    async def redeliver(self, key: str) -> None:
        self._taken.discard(key)
        self._call(key)

    def acknowledged(self) -> set[str]:
        return set(self._taken)

    def vectors(self) -> Sequence[RawMessage]:
        bodies = [json.dumps(shape).encode() for shape in self.shapes]
        return [RawMessage(account=ACCOUNT, delivery_id=hashlib.sha256(body).hexdigest(), body=body) for body in bodies]

    def _call(self, key: str) -> None:
        call = asyncio.create_task(self._post(self._bodies[key], key))
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)

    async def _post(self, body: bytes, key: str) -> None:
        with contextlib.suppress(aiohttp.ClientConnectionError):
            headers = {"Content-Type": "application/json", **self.headers(body)}
            async with self._session.post(self._url, data=body, headers=headers) as answer:
                if answer.ok:
                    self._taken.add(key)


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

    def config(self) -> GrafanaConfig:
        return GrafanaConfig(secret=Secret(SECRET), signed=True)

    def headers(self, body: bytes) -> dict[str, str]:
        return {"X-Grafana-Alerting-Signature": hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()}

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
