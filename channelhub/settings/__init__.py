"""The configuration: its sections, where values come from, and what is said about faults."""
