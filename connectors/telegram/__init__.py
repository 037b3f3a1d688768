"""Telegram bots: long polling and webhook."""
