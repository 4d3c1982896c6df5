"""Ground floor: clock, errors, configuration, ledger, audit. Imports nothing of ours."""
