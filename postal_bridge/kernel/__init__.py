"""The ground floor of the rooms: database, unit of work, clocks, ids, streams, keys, texts."""
