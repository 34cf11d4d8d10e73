"""Staff with employer, seat and scope; sessions and keys; the citizens of a dossier; who looked."""
