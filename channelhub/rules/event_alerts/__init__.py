"""Decisions about telling people of events: which, how many at once, in which words."""
