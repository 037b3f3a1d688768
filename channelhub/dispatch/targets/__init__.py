"""Receivers of alerts about outages: one module for each kind."""
