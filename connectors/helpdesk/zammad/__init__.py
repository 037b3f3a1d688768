"""Zammad: public articles of tickets as messages, internal ones as notes."""
