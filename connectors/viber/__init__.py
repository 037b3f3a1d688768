"""Viber bots: messages by webhook, answers by the REST Bot API."""
