"""Software of other people lives in an environment of its own, made from a lock file at first need."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
CACHE = Path.home() / ".cache" / "huiyin"


def own_environment(name: str, lock: str) -> Path:
    """Return the python of the environment `name` with the packages of requirements/`lock`."""
    home = CACHE / name
    python, stamp, wanted = home / "bin" / "python", home / "lock.txt", (ROOT / "requirements" / lock).read_text()
    if not stamp.exists() or stamp.read_text() != wanted:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], check=True)
        install = [str(python), "-m", "pip", "install", "-q", "--require-hashes"]
        subprocess.run([*install, "-r", str(ROOT / "requirements" / lock)], check=True)
        stamp.write_text(wanted)
    return python
