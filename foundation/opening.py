"""Ground floor: opens ledger and active school together, as every process does at its start."""

from dataclasses import dataclass
from pathlib import Path

from foundation.ledger import Ledger, open_ledger
from foundation.school import School, active_school


@dataclass(frozen=True, slots=True)
class Opened:
    """An open ledger and the school version in force when it was opened."""

    ledger: Ledger
    school: School


def open_school(folder: Path | None = None) -> Opened:
    """Open the state folder's ledger and read the active school version.

    Raises:
        LedgerUnusable: No ledger, or no school applied yet.
    """
    ledger = open_ledger(folder)
    with ledger.read() as connection:
        return Opened(ledger, active_school(connection))
