"""Erasing customers: a stage that finds everything of theirs, takes it away, and leaves a receipt."""
