"""The operators' command line: `bin/bridge COMMAND`."""
