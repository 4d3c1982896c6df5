"""Migrations: how the ledger's schema came to be, one numbered file a step. The schema itself is declared by the stages."""
