"""The kinds alertmanager, grafana, zabbix and uptime_kuma: alerts come in, nothing goes out."""

from collections.abc import Callable, Sequence

from channelhub.domain.inbound import Inbound
from channelhub.domain.raw import RawMessage
from channelhub.sdk.contract import Context, Manifest, Mount, Plugin
from connectors.monitoring.config import GrafanaConfig, MonitoringConfig
from connectors.monitoring.prometheus import parse_alertmanager, parse_grafana
from connectors.monitoring.receive import MonitoringConnector
from connectors.monitoring.uptime_kuma import parse_uptime_kuma
from connectors.monitoring.zabbix import parse_zabbix


def build(config: MonitoringConfig | GrafanaConfig, context: Context) -> MonitoringConnector:
    return MonitoringConnector(config, context)


def _plugin(kind: str, title: str, config: type, parse: Callable[[RawMessage], Sequence[Inbound]]) -> Plugin:
    manifest = Manifest(kind=kind, title=title, config=config, channel="monitoring", mount=Mount.HOOKS)
    return Plugin(manifest=manifest, build=build, parse=parse)


alertmanager = _plugin("alertmanager", "Alerts of Prometheus Alertmanager", MonitoringConfig, parse_alertmanager)
grafana = _plugin("grafana", "Alerts of Grafana", GrafanaConfig, parse_grafana)
zabbix = _plugin("zabbix", "Problems of Zabbix", MonitoringConfig, parse_zabbix)
uptime_kuma = _plugin("uptime_kuma", "Alerts of Uptime Kuma", MonitoringConfig, parse_uptime_kuma)
