"""The chat on a site's pages."""
