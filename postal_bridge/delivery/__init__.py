"""Every result given out, at a door, a point or a section."""
