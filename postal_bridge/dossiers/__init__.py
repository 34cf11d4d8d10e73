"""Dossiers with papers and scans, their states, the promise clock and the printed forms."""
