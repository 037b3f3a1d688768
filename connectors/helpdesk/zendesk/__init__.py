"""Zendesk: public comments of tickets as messages, private ones as notes."""
