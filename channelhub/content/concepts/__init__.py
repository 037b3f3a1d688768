"""What support messages are about, as words of three languages, by field."""
