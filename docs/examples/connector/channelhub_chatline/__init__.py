"""Chatline, a connector of channelhub."""
