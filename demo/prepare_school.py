"""Demo: makes the example school playable on this machine. In: `school/`, the running servers. Out: a folder to apply.

Only addresses, ports, pace, intervals and daily duties change; departments, people, timers, calendar and words are the
example's own.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from demo.dingtalk_server import DingTalkServer

EXAMPLE = Path(__file__).parents[1] / "school"
LOOPBACK_NETWORK = "127.0.0.0/8"
TICK_SECONDS = 0.1  # each instant of the story waits for two; one that finds nothing costs 9 ms
BUSY_MINUTES = {"forum": 360, "letters": 360, "news": 360, "microblog": 480}
CALM_MINUTES = 1440  # from the fourth day on nothing new is posted: one round a day
CAMPUS_GROUP = "campus"  # three sites share one politeness group and so one child process a round
ENTRANCES = {"forum": "/forum-2-1.html", "microblog": "/topic/yunlu", "letters": "/letters", "news": "/feed.xml"}


@dataclass(frozen=True, slots=True)
class Places:
    """Where the demo's servers listen."""

    sites: dict[str, str]  # source id → address without a slash at its end
    mail_port: int
    elasticsearch: dict[str, Any] | None = None  # the school's own server; None: the embedded index


def prepare_school(folder: Path, places: Places) -> None:
    """Copy the example school to `folder` and point it at the demo's servers."""
    shutil.copytree(EXAMPLE, folder)
    settings, yaml = _load(folder / "huiyin.yaml")
    settings.setdefault("crawl", {}).update(allowed_networks=[LOOPBACK_NETWORK], pace_seconds=0)
    mail = {"host": "127.0.0.1", "port": places.mail_port, "security": "none", "user": "", "password": ""}
    settings["alerts"]["mail"].update(mail)
    settings["alerts"].update(robot_per_minute=20, patrol_at="")  # the story is of cases, not of calm mornings
    settings["schedule"].update(tick_seconds=TICK_SECONDS, workers=2)
    if places.elasticsearch is not None:
        settings["elasticsearch"] = places.elasticsearch
    yaml.dump(settings, folder / "huiyin.yaml")
    policy, yaml = _load(folder / "policy.yaml")
    for profile in policy["profiles"].values():
        profile.pop("recurring", None)  # the story's people answer voices; they sign no daily logs
    yaml.dump(policy, folder / "policy.yaml")
    for source, address in places.sites.items():
        changes = {"url": address + ENTRANCES[source], "interval_minutes": BUSY_MINUTES[source], "pace_seconds": 0}
        changes["expected_posts_per_day"] = [0, 1000]  # the story jumps over days: its volume is no measure
        if source != "microblog":
            changes["group"] = CAMPUS_GROUP
        change_source(folder, source, **changes)


def change_source(folder: Path, source: str, **changes: Any) -> None:
    """Change single keys of one source's file."""
    path = folder / "sources" / f"{source}.yaml"
    data, yaml = _load(path)
    data.update(changes)
    yaml.dump(data, path)


def robot_environment(server: DingTalkServer) -> dict[str, str]:
    """Add one signed robot a department to the server; return the environment variables that name them."""
    departments, _ = _load(EXAMPLE / "departments.yaml")
    environment = {}
    for unit in departments["departments"]:
        secret = f"SEC-demo-{unit['id']}"
        robot = unit["robot"]
        environment[robot["url"].removeprefix("env:")] = server.add_robot(unit["id"], secret)
        environment[robot["secret"].removeprefix("env:")] = secret
    return environment


def _load(path: Path) -> tuple[Any, YAML]:
    yaml = YAML(typ="rt")
    return yaml.load(path.read_text(encoding="utf-8")), yaml
