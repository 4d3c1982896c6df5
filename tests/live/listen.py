"""Let the product listen to a real site: a school with one source, `huiyin apply`, `huiyin crawl`, its posts."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from sqlalchemy import select

from foundation.ledger import open_ledger
from search.posts import post

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Listener:
    """A school of its own in a folder, with the sources it was given."""

    folder: Path

    @property
    def state(self) -> Path:
        """Where its ledger lives."""
        return self.folder / "state"

    def crawl(self, *, code: int = 0, **source: Any) -> str:
        """Apply a school with just this source and listen one round; returns what the command printed."""
        self._write(source)
        self._huiyin("apply", str(self.folder / "school"))
        return self._huiyin("crawl", source["id"], code=code)

    def again(self, source_id: str) -> str:
        """Listen another round."""
        return self._huiyin("crawl", source_id)

    def told(self, source_id: str) -> tuple[dict[str, Any], str]:
        """Return what `huiyin source show --json` and `huiyin source list` say of a source."""
        listed = self._huiyin("source", "list")
        return json.loads(self._huiyin("source", "show", source_id, "--json")), listed

    def posts(self) -> list[Any]:
        """Return all posts of the ledger."""
        ledger = open_ledger(self.state)
        with ledger.read() as connection:
            rows = list(connection.execute(select(post)).all())
        ledger.close()
        return rows

    def _write(self, source: dict[str, Any]) -> None:
        school = self.folder / "school"
        shutil.rmtree(school, ignore_errors=True)
        shutil.copytree(ROOT / "school", school)
        for old in (school / "sources").glob("*.yaml"):
            owner = YAML().load(old.read_text())["owner"]
            old.unlink()
        yaml = YAML()
        full = {
            "owner": owner,
            "interval_minutes": 60,
            "expected_posts_per_day": [0, 10000],
            "own": True,
            "pace_seconds": 0.0,
        }
        with (school / "sources" / f"{source['id']}.yaml").open("w") as file:
            yaml.dump({**full, **source}, file)
        settings = yaml.load((school / "huiyin.yaml").read_text())
        settings.setdefault("crawl", {})["allowed_networks"] = ["127.0.0.0/8"]
        with (school / "huiyin.yaml").open("w") as file:
            yaml.dump(settings, file)

    def _huiyin(self, *words: str, code: int = 0) -> str:
        environment = {**os.environ, "HUIYIN_STATE": str(self.state)}
        command = [sys.executable, "-m", "huiyin", *words]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        assert done.returncode == code, f"{' '.join(words)}: {done.stdout}\n{done.stderr}"
        return done.stdout
