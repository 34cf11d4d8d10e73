"""Messages to citizens: what is said, to whom, and whether it was sent."""
