"""The operators' command line: `bin/bridge COMMAND`."""

STOPPED_BY_HAND = 130
"""The exit status of what Ctrl-C ended, as shells give it: 128 and the signal's number."""
