"""SMS gateways of any make: read by mappings, written to by a template of their HTTP call."""
