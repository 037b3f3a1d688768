"""Signed posts of any system, read by mappings that the configuration gives."""
