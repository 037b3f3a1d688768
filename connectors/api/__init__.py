"""Messages posted by other systems over the HTTP API."""
