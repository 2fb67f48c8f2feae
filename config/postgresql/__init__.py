"""Django's PostgreSQL backend, with a pool that gets over the death of all its connections."""
