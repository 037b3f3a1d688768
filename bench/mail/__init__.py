"""How well mail is understood: `channelhub parse --json` over a folder, compared with what is expected of each mail."""
