"""The API's calls by subject, blocking. Made by `make client` from the API document."""
