"""The same use cases as JSON, under /api/v1."""
