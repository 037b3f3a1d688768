"""Decisions about outbound webhooks: which events an endpoint gets, and when it is tried again."""
