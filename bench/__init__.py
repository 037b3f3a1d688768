"""Measures the hub against bare servers that it starts itself, in one run: `python -m bench`. Not part of the wheel."""
