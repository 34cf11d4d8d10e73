"""What the service does: one room per business area, rules and records inside."""
