"""One module per family of API routes."""
