"""Where things are and in which order to visit them: pure, no socket, no database.

Coordinates are WGS84 degrees, distances whole metres, times whole seconds since midnight,
weights whole grams, costs whole đồng. The ends of windows are included.
"""
