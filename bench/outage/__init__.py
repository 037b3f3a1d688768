"""Outage detection measured: how well it finds outages, and what a message costs it."""
