"""Pages rendered on the server, one file for each kind of work."""
