"""A real forum: django-spirit, installed by name into its own environment, seeded by us with known truth."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.live.story_texts import make_forum
from tests.live.wait_for import free_port, running, wait_for

ROOT = Path(__file__).parents[2]
HOME = Path.home() / ".cache" / "huiyin" / "spirit"
SETTINGS = """from .dev import *
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
ST_RATELIMIT_ENABLE = False
LOGGING = {"version": 1, "disable_existing_loggers": True}
"""


def environment() -> Path:
    """Return the python of the forum's own environment, made from the lock file at first need."""
    python = HOME / "bin" / "python"
    lock = ROOT / "requirements" / "live.lock"
    stamp = HOME / "lock.txt"
    if not stamp.exists() or stamp.read_text() != lock.read_text():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(HOME)], check=True)
        install = [str(python), "-m", "pip", "install", "-q", "--require-hashes", "-r", str(lock)]
        subprocess.run(install, check=True)
        stamp.write_text(lock.read_text())
    return python


@contextmanager
def spirit_forum(folder: Path) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Run the forum on loopback; yields its board's address and the truth: one row a comment."""
    python = environment()
    path = {**os.environ, "PATH": f"{python.parent}:{os.environ['PATH']}", "PYTHONWARNINGS": "ignore"}
    path |= {"DJANGO_SETTINGS_MODULE": "board.settings.live", "HUIYIN_LIVE_TRUTH": str(folder / "truth.json")}
    subprocess.run(
        [str(python.parent / "spirit"), "startproject", "board"], cwd=folder, env=path, check=True, capture_output=True
    )
    home = folder / "board"
    (home / "board" / "settings" / "live.py").write_text(SETTINGS)
    truth = make_forum()
    (folder / "truth.json").write_text(json.dumps(truth, ensure_ascii=False))

    def manage(*words: str, given: str | None = None) -> None:
        done = subprocess.run(
            [str(python), "manage.py", *words], cwd=home, env=path, input=given, text=True, capture_output=True
        )
        assert done.returncode == 0, done.stderr[-2000:]

    manage("spiritinstall")
    manage("shell", "-c", (Path(__file__).parent / "seed_spirit.py").read_text())
    port = free_port()
    command = [str(python), "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"]
    with running(command, folder / "forum.log", cwd=home, env=path):
        wait_for(f"http://127.0.0.1:{port}/")
        rows = [
            {"title": topic["title"], "text": comment["text"], "at": comment["at"], "user": comment["user"]}
            for topic in truth["topics"]
            for comment in topic["comments"]
        ]
        yield f"http://127.0.0.1:{port}/", rows
