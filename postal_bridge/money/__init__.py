"""Tariffs, quotes, payments, ledger, drawers, remittance, receipts."""
