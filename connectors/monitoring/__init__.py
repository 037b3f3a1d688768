"""Alerts of monitoring systems: Alertmanager, Grafana, Zabbix and Uptime Kuma."""
