"""Feeds: RSS, Atom and JSON Feed, of reviews and comments mostly, asked for now and then."""
