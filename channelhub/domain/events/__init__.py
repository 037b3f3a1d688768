"""What the hub tells others of: every type of event with the shape of its payload, once."""
