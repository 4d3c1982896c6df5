"""New ledgers in ten milliseconds instead of seventy: the product makes one of each kind, then its file is copied.

Nobody has a file open when it is copied. How the product makes tables and applies a school is tested where nothing is
copied: `tests/foundation/test_on_sqlite.py`, `tests/huiyin/test_wiring.py`, `tests/huiyin/commands/test_apply.py`.
"""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from foundation import clock
from foundation.ledger import LEDGER_FILE, Ledger, ledger_address, open_file, open_ledger
from foundation.on_sqlite import make_place
from foundation.tables import metadata

_files: dict[Any, bytes] = {}


def new_ledger(folder: Path) -> Ledger:
    """Open a new ledger, as `open_ledger(folder, create=True)` does; on PostgreSQL that very call."""
    if ledger_address() is not None:
        return open_ledger(folder, create=True)
    copy_ledger(folder, "empty", lambda place: open_file(place, create=True).close())
    return open_file(folder)


def copy_ledger(folder: Path, kind: Any, make: Callable[[Path], None]) -> None:
    """Put a ledger into a folder: made by `make(folder)` the first time, afterwards a copy of what it made then.

    Args:
        folder: The state folder.
        kind: What the ledger depends on besides the tables that are declared and the clock.
        make: Makes the ledger in an empty folder and closes it.
    """
    known = (kind, frozenset(metadata.tables), clock.is_virtual() and clock.now())
    if known not in _files:
        with TemporaryDirectory() as place:
            make(Path(place))
            _files[known] = (Path(place) / LEDGER_FILE).read_bytes()
    make_place(folder / LEDGER_FILE)
    (folder / LEDGER_FILE).write_bytes(_files[known])
