"""Figures for boards and reports, and what lists of people and places show. Reads only."""
