"""Chatwoot: messages of its conversations, private ones as notes."""
