"""The API's calls by subject, to be awaited. Made by `make client` from the API document."""
