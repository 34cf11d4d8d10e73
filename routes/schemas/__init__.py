"""Wire formats: the border where raw input becomes typed commands."""
