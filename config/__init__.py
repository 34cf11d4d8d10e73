"""Ships with the release, read-only in operation: typed settings, dated tables, texts."""
