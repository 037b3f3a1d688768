"""The composition root: puts the parts together and runs them. It decides nothing."""
