"""Ground floor: the encrypted spool. Raw pages and posts that could not be understood wait here, sealed, for replay.

AES-GCM with a key file of the state folder; 72 hours and a size limit by the school's settings; each reading is
audited. Nothing of the plain text stands in the ledger, a log or a backup of the ledger alone.
"""

import logging
import os
import zlib
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, delete, func, insert, select, update

from foundation.errors import Refused
from foundation.keys import read_key
from foundation.ledger import Ledger, Work
from foundation.school import active_school
from foundation.settings import Judge
from foundation.tables import school_version, spool

log = logging.getLogger(__name__)
KEY_NAME = "spool"
NONCE_BYTES = 12
MEGABYTE = 1024 * 1024
_known: dict[tuple[str, int | None], Judge] = {}


def seal(
    place: Ledger | Work, *, kind: str, source_id: str, step: str, reason: str, body: bytes, at: datetime | None = None
) -> int | None:
    """Encrypt and keep a page or post that broke a step; the oldest give way when the spool is full.

    Args:
        place: The ledger (own transaction), or the unit of work to write in.
        kind: `page` or `post`.
        source_id: Where it was heard.
        step: The parser or pipeline step that failed.
        reason: Error class and code place, never text.
        body: What is kept.
        at: When it was heard; default: the transaction's instant.

    Returns:
        Its number, or None when it alone is larger than the whole spool may be.
    """
    if isinstance(place, Ledger):
        with place.change() as work:
            return seal(work, kind=kind, source_id=source_id, step=step, reason=reason, body=body, at=at)
    judge = _judge(place.connection)
    nonce = os.urandom(NONCE_BYTES)
    sealed = nonce + _cipher().encrypt(nonce, zlib.compress(body), _label(kind, source_id, step))
    limit = judge.spool_megabytes * MEGABYTE
    if len(sealed) > limit:
        log.warning("spool: a %s of %s is larger than the whole spool (%d bytes)", kind, source_id, len(sealed))
        return None
    _make_room(place.connection, limit - len(sealed))
    kept_at = at or place.at
    values = {"kind": kind, "source_id": source_id, "step": step, "reason": reason, "sealed": sealed}
    times = {"kept_at": kept_at, "expires_at": kept_at + timedelta(hours=judge.spool_hours)}
    result = place.connection.execute(insert(spool).values(**values, **times, size=len(sealed)))
    key: Any = result.inserted_primary_key
    return int(key[0])


def open_sealed(work: Work, spool_id: int, why: str) -> bytes:
    """Return what was sealed, and write who opened it and why to the audit chain.

    Raises:
        Refused: It is no longer kept, or the key is another one.
    """
    row = work.connection.execute(select(spool).where(spool.c.spool_id == spool_id)).first()
    if row is None or row.expires_at <= work.at:
        raise Refused("暂存区里没有这一份", f"spool {spool_id}", "超过保存期限的原文会自动删除，只能等下一轮重新抓取")
    nonce, sealed = row.sealed[:NONCE_BYTES], row.sealed[NONCE_BYTES:]
    try:
        plain = _cipher().decrypt(nonce, sealed, _label(row.kind, row.source_id, row.step))
    except InvalidTag as problem:
        raise Refused("暂存的原文打不开", f"spool {spool_id}", "密钥文件 spool.key 不是封存时的那一个") from problem
    work.audit("spool.open", f"spool {spool_id}", source_id=row.source_id, step=row.step, why=why)
    return zlib.decompress(plain)


def mark_replayed(work: Work, spool_id: int) -> None:
    """Say that a sealed page or post was processed after all."""
    work.connection.execute(update(spool).where(spool.c.spool_id == spool_id).values(replayed_at=work.at))


def purge(work: Work, now: datetime) -> int:
    """Delete what has expired by `now`; return how many."""
    return work.connection.execute(delete(spool).where(spool.c.expires_at <= now)).rowcount


def _make_room(connection: Connection, free: int) -> None:
    """Delete the oldest until what remains fits into `free` bytes."""
    used = int(connection.execute(select(func.coalesce(func.sum(spool.c.size), 0))).scalar_one())
    if used <= free:
        return
    dropped = 0
    for row in connection.execute(select(spool.c.spool_id, spool.c.size).order_by(spool.c.spool_id)).all():
        connection.execute(delete(spool).where(spool.c.spool_id == row.spool_id))
        used, dropped = used - row.size, dropped + 1
        if used <= free:
            break
    log.warning("spool is full: %d oldest entries dropped", dropped)


def _cipher() -> AESGCM:
    return AESGCM(read_key(KEY_NAME))


def _label(kind: str, source_id: str, step: str) -> bytes:
    return f"{kind}|{source_id}|{step}".encode()


def _judge(connection: Connection) -> Judge:
    """Return the active school's settings; read once a version, because a page of broken posts asks often."""
    version = connection.execute(select(func.max(school_version.c.version))).scalar()
    key = (str(connection.engine.url), version)
    if key not in _known:
        _known.clear()
        _known[key] = active_school(connection).settings.judge
    return _known[key]
