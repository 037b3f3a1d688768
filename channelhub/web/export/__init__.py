"""Everything that is kept of one customer, as one archive (GDPR, articles 15 and 20)."""
