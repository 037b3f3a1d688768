"""Slack apps: messages by the Events API or Socket Mode, answers by the Web API."""
