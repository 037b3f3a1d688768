"""Bluesky: mentions, replies, quotes and direct messages of an account, by asking its server (AT Protocol)."""
