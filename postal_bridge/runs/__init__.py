"""Couriers' runs and stops, planning input and plans."""
