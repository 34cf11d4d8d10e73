"""What spans dossier, items, money and delivery at a counter: accept, complete, give out."""
