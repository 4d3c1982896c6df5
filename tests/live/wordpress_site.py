"""A real news site and 留言板: Debian's WordPress on PHP's own server and a private MariaDB, seeded by us."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from tests.live.story_texts import make_comments, make_letters, make_news
from tests.live.wait_for import PATIENCE_SECONDS, free_port, running, wait_for

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Site:
    """Addresses of the running site and what it was seeded with."""

    feed: str
    board: str
    news: list[dict[str, Any]]
    letters: list[dict[str, Any]]
    comments: list[dict[str, Any]]  # under the newest article, on three pages
    change: Callable[[dict[str, str]], None]


@contextmanager
def wordpress_site(folder: Path) -> Iterator[Site]:
    """Run WordPress on loopback, installed and seeded."""
    home = folder / "wordpress"
    shutil.copytree("/usr/share/wordpress", home, symlinks=False, ignore_dangling_symlinks=True)
    with _database(folder) as socket:
        port = free_port()
        base = f"http://127.0.0.1:{port}"
        config = (HERE / "wp-config.php").read_text()
        (home / "wp-config.php").unlink(missing_ok=True)
        (home / "wp-config.php").write_text(config.replace("@SOCKET@", str(socket)).replace("@BASE@", base))
        environment = {**os.environ, "PHP_CLI_SERVER_WORKERS": "3"}
        with running(["php", "-S", f"127.0.0.1:{port}", "-t", str(home)], folder / "php.log", env=environment):
            wait_for(f"{base}/wp-admin/install.php")
            form = {
                "weblog_title": "云麓",
                "user_name": "admin",
                "admin_password": "x",
                "admin_password2": "x",
                "pw_weak": "1",
            }
            form |= {"admin_email": "it@yunlu.example", "Submit": "1", "language": "zh_CN"}
            requests.post(f"{base}/wp-admin/install.php?step=2", data=form, timeout=PATIENCE_SECONDS).raise_for_status()
            truth = {"news": make_news(), "letters": make_letters(), "comments": make_comments()}

            def php(script: str, values: dict[str, Any]) -> str:
                shutil.copy(HERE / script, home / script)
                (folder / "values.json").write_text(json.dumps(values, ensure_ascii=False))
                command = ["php", str(home / script), str(folder / "values.json")]
                done = subprocess.run(command, capture_output=True, text=True)
                assert done.returncode == 0, done.stdout + done.stderr
                return done.stdout.strip()

            def change(values: dict[str, str]) -> None:
                assert php("churn_wordpress.php", values) == "changed"

            page = php("seed_wordpress.php", truth)
            assert page.isdigit(), page
            yield Site(f"{base}/?feed=rss2", f"{base}/?page_id={page}", **truth, change=change)


@contextmanager
def _database(folder: Path) -> Iterator[Path]:
    """Run a private MariaDB without network in its own folder."""
    data, socket = folder / "db", folder / "db.sock"
    user = ["--user=root"] if os.geteuid() == 0 else []
    install = ["mariadb-install-db", "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal"]
    subprocess.run([*install, "--skip-test-db", *user], check=True, capture_output=True)
    server = ["mariadbd", "--no-defaults", f"--datadir={data}", f"--socket={socket}", "--skip-networking", *user]
    server += [f"--pid-file={folder / 'db.pid'}", "--innodb-flush-log-at-trx-commit=0"]
    with running(server, folder / "db.log"):
        for _ in range(300):
            command = [
                "mariadb",
                "--no-defaults",
                f"--socket={socket}",
                "-uroot",
                "-e",
                "CREATE DATABASE IF NOT EXISTS wp",
            ]
            if subprocess.run(command, capture_output=True).returncode == 0:
                break
            subprocess.run(["sleep", "0.1"], check=True)
        else:
            raise AssertionError((folder / "db.log").read_text()[-2000:])
        yield socket
