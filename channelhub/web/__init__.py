"""HTTP: the API, the pages, the hooks of the connectors."""
