"""Pure reading of customer content: mail, charsets, HTML, quotes, languages, words."""
