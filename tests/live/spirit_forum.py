"""A real forum: django-spirit, installed by name into its own environment, seeded by us with known truth."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.live.own_environment import own_environment
from tests.live.story_texts import make_forum
from tests.live.wait_for import free_port, running, wait_for

HERE = Path(__file__).parent
SETTINGS = """from .dev import *
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
ST_RATELIMIT_ENABLE = False
LOGGING = {"version": 1, "disable_existing_loggers": True}
"""


@dataclass(frozen=True, slots=True)
class Forum:
    """The running forum: its board's address, the truth (one row a comment), and a way to change it from inside."""

    url: str
    rows: list[dict[str, Any]]
    change: Callable[[str], None]


@contextmanager
def spirit_forum(folder: Path) -> Iterator[Forum]:
    """Run the forum on loopback."""
    python = own_environment("spirit", "live.lock")
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
    manage("shell", "-c", (HERE / "seed_spirit.py").read_text())
    port = free_port()
    command = [str(python), "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"]
    with running(command, folder / "forum.log", cwd=home, env=path):
        wait_for(f"http://127.0.0.1:{port}/")
        rows = [
            {"title": topic["title"], "text": comment["text"], "at": comment["at"], "user": comment["user"]}
            for topic in truth["topics"]
            for comment in topic["comments"]
        ]
        yield Forum(f"http://127.0.0.1:{port}/", rows, lambda code: manage("shell", "-c", code))
