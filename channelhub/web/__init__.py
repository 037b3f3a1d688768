"""The HTTP server: API, live stream, agent page, probes, and the connectors' mounts."""
