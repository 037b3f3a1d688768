"""Mastodon: mentions and direct messages of an account, by its stream and its list of notifications."""
