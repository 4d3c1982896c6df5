"""A real forum whose pages continue by script: Misago, installed by name, on a private PostgreSQL, seeded by us."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.live.own_environment import own_environment
from tests.live.story_texts import make_forum
from tests.live.wait_for import free_port, running, wait_for

HERE = Path(__file__).parent
POSTGRES = Path("/usr/lib/postgresql/15/bin")
TOPICS = 52  # the first page shows 26


@contextmanager
def misago_forum(folder: Path) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Run the forum on loopback; yields its address and the truth: one row a post."""
    python = own_environment("misago", "misago.lock")
    truth = make_forum(TOPICS)
    (folder / "truth.json").write_text(json.dumps(truth, ensure_ascii=False))
    shutil.copy(HERE / "misago_settings.py", folder / "misago_settings.py")
    with _database() as (socket, port):
        environment = {**os.environ, "PYTHONWARNINGS": "ignore", "PYTHONPATH": str(folder)}
        environment |= {"DJANGO_SETTINGS_MODULE": "misago_settings", "HUIYIN_LIVE_TRUTH": str(folder / "truth.json")}
        environment |= {"HUIYIN_LIVE_SOCKET": str(socket), "HUIYIN_LIVE_PORT": str(port)}
        environment |= {"HUIYIN_LIVE_STATIC": str(folder / "static")}

        def run(*words: str) -> None:
            done = subprocess.run([str(python), *words], cwd=folder, env=environment, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr[-2000:]

        run("-m", "django", "migrate")
        run("-m", "django", "collectstatic", "--noinput")
        run(str(HERE / "seed_misago.py"))
        web = free_port()
        command = [str(python), "-m", "django", "runserver", "--noreload", "--insecure", f"127.0.0.1:{web}"]
        with running(command, folder / "forum.log", cwd=folder, env=environment):
            wait_for(f"http://127.0.0.1:{web}/")
            rows = [{"title": topic["title"], **comment} for topic in truth["topics"] for comment in topic["comments"]]
            yield f"http://127.0.0.1:{web}/", rows


@contextmanager
def _database() -> Iterator[tuple[Path, int]]:
    """Run a private PostgreSQL without network; it refuses to run as root, so root runs it as its own user."""
    home = Path(tempfile.mkdtemp(prefix="huiyin-pg-"))
    as_owner = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_owner:
        shutil.chown(home, "postgres")
    data, port = home / "data", free_port()
    try:
        start = [*as_owner, str(POSTGRES / "initdb"), "-D", str(data), "-A", "trust", "-U", "postgres", "-E", "UTF8"]
        subprocess.run([*start, "--no-sync"], check=True, capture_output=True)
        server = [*as_owner, str(POSTGRES / "postgres"), "-D", str(data), "-k", str(home), "-p", str(port)]
        with running([*server, "-c", "listen_addresses=", "-c", "fsync=off"], Path(f"{home}.log")):
            create = [str(POSTGRES / "createdb"), "-h", str(home), "-p", str(port), "-U", "postgres", "misago"]
            for _ in range(300):
                if subprocess.run(create, capture_output=True).returncode == 0:
                    break
                subprocess.run(["sleep", "0.1"], check=True)
            else:
                raise AssertionError(Path(f"{home}.log").read_text()[-2000:])
            yield home, port
    finally:
        shutil.rmtree(home, ignore_errors=True)
        Path(f"{home}.log").unlink(missing_ok=True)
