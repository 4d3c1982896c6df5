"""Ground floor: secret keys that the product makes itself, one file each in the state folder, readable by us only."""

import os
import secrets
from pathlib import Path

from foundation.errors import Stop, reason_of
from foundation.ledger import state_folder

KEY_BYTES = 32


def read_key(name: str, folder: Path | None = None) -> bytes:
    """Return the key `NAME.key` of the state folder; make it at first need (mode 0600, safe against two makers).

    Raises:
        Stop: The file cannot be made or read, or is not a key.
    """
    path = (folder or state_folder()) / f"{name}.key"
    try:
        if not path.exists():
            _make(path)
        key = path.read_bytes()
    except OSError as problem:
        raise Stop("密钥文件读不到", str(path), f"检查文件夹权限与磁盘空间：{reason_of(problem)}") from problem
    if len(key) != KEY_BYTES:
        raise Stop("密钥文件已损坏", str(path), "从备份恢复它；没有备份就移走它，旧的密文将无法再打开")
    return key


def _make(path: Path) -> None:
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)  # fails when another process was first: then its key counts
    except FileExistsError:
        pass
    finally:
        draft.unlink()
