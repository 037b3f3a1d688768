"""From a committed row to customers, conversations, incidents, timelines and outages."""
