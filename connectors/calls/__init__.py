"""Telephone systems: calls as they begin, are answered, missed and recorded, by webhook."""
