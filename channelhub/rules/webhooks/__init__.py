"""Decisions about outbound webhooks: which event an endpoint gets, when it is tried again, where it may lie."""
