"""Django's engine for PostgreSQL, which does not ask at every request whether the database is there."""
