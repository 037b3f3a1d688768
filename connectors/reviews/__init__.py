"""Reviews in app stores: read by asking, answered in public."""
