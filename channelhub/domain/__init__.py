"""The vocabulary as frozen values. Imports nothing of the project."""
