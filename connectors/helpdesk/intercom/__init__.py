"""Intercom: parts of its conversations, notes as notes."""
