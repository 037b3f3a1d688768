"""From a channel's bytes to a committed row: deliver and the connectors' supervisor."""
