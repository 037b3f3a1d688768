"""The database: sessions, migrations, and one module of functions per table family."""
