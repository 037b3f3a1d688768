"""The words of the agents' and customers' pages, a table for each language with the same keys."""
