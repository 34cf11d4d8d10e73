"""Servers for the tests: a real PostgreSQL and a real Valkey, started and ended by us."""
