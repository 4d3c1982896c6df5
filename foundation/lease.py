"""Ground floor: named leases with fencing numbers. Real seconds, so that a virtual or stepped clock cannot break them.

A lease says who may do a thing until when. Its fence rises at every take: whoever writes with an older fence was paused
or replaced, and is refused. A holder whose process is gone on this host is taken over at once.
"""

import os
import socket
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, insert, select, update

from foundation import clock
from foundation.ledger import Work
from foundation.tables import lease


def holder_name() -> str:
    """Return this process as a lease holder: `host/pid/start`, unique even when a pid is used again."""
    return f"{_host()}/{os.getpid()}/{_started(os.getpid())}"


def take_lease(work: Work, name: str, holder: str, seconds: float, longest_ahead: float | None = None) -> int | None:
    """Take or renew the lease `name` for `seconds`; return its fence, or None while somebody else holds it.

    A lease that ends later than `longest_ahead` seconds from now was taken before the host's clock was set back: nobody
    waits for it (its holder, if it lives, is refused by the fence).
    """
    row = work.connection.execute(select(lease).where(lease.c.name == name)).first()
    until = clock.real_seconds() + seconds
    if row is None:
        work.connection.execute(insert(lease).values(name=name, holder=holder, until=until, fence=1))
        return 1
    if row.holder == holder:
        work.connection.execute(update(lease).where(lease.c.name == name).values(until=until))
        return int(row.fence)
    now = clock.real_seconds()
    stepped_back = longest_ahead is not None and row.until > now + longest_ahead
    if row.until > now and not stepped_back and not is_gone(row.holder):
        return None
    values = {"holder": holder, "until": until, "fence": row.fence + 1}
    work.connection.execute(update(lease).where(lease.c.name == name).values(values))
    return int(row.fence) + 1


def holds_lease(connection: Connection, name: str, holder: str, fence: int) -> bool:
    """Return whether `holder` still holds `name` under this very fence (checked inside the writing transaction)."""
    row = connection.execute(select(lease).where(lease.c.name == name)).first()
    return row is not None and row.holder == holder and row.fence == fence


def release_lease(work: Work, name: str, holder: str) -> None:
    """Give the lease back early; keeps the row so that its fence goes on rising."""
    values = {"until": 0.0, "holder": ""}
    work.connection.execute(update(lease).where(lease.c.name == name, lease.c.holder == holder).values(values))


def leases_held(connection: Connection, prefix: str) -> int:
    """Return how many leases whose name begins with `prefix` are in force."""
    rows = connection.execute(select(lease).where(lease.c.name.startswith(prefix))).all()
    return sum(row.until > clock.real_seconds() and bool(row.holder) and not is_gone(row.holder) for row in rows)


def is_gone(holder: str) -> bool:
    """Return whether `holder` was a process of this host that no longer lives; unknown hosts are never gone."""
    parts = holder.split("/")
    if len(parts) != 3 or parts[0] != _host() or not parts[1].isdigit():  # noqa: PLR2004 host, pid, start
        return False
    return _started(int(parts[1])) != parts[2]


@cache
def _host() -> str:
    """Return this host's name and boot, so that pids of another boot are never taken for ours."""
    boot = Path("/proc/sys/kernel/random/boot_id")
    return f"{socket.gethostname()}-{boot.read_text()[:8] if boot.exists() else 'boot'}"


def _started(pid: int) -> str:
    """Return the process's start time in kernel ticks as text; empty when it does not live."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    state, started = fields[0], fields[19]
    return "" if state in "ZX" else started
