"""Posting events to endpoints."""
