"""Matrix: the rooms of an ordinary user of a homeserver, by its client API."""
