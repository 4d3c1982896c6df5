"""Stage 3 of 8: remembers. Posts of the ledger and the disposable index over them."""
