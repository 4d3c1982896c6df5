"""Kibana: optional rules of Kibana's own, a second eye beside our notices; off until somebody turns them on.

On the free licence they can only write into an index; nobody is told by them. Who must be told is told by huiyin.
"""

import json
from dataclasses import dataclass
from typing import Any

from kibana.kql import parse, to_search
from kibana.panels import OVERDUE

CONNECTOR = "huiyin-rule-hits"
HITS_INDEX = "kibana-alerts"  # behind the school's prefix
WINDOW_DAYS = 365


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: title, data view, its time field, KQL, minutes between two looks."""

    title: str
    view: str
    time_field: str
    query: str
    minutes: int


RULES = (
    Rule("回音 · 逾期未办结", "cases", "opened_at", OVERDUE, 10),
    Rule("回音 · 特别重大", "posts", "first_seen_at", "level_code >= 3 and false_alarm: false", 5),
    Rule("回音 · 没有听全", "patrol", "finished_at", "blocked: true and finished_at >= now-2h", 30),
)


def rule_bodies(prefix: str) -> list[dict[str, Any]]:
    """Return the bodies of `POST /api/alerting/rule`, all off."""
    return [_rule(prefix, rule) for rule in RULES]


def connector_body(prefix: str) -> dict[str, Any]:
    """Return the body of `POST /api/actions/connector/huiyin-rule-hits`: where the rules write."""
    config = {"index": f"{prefix}{HITS_INDEX}", "refresh": True, "executionTimeField": "@timestamp"}
    return {"name": "回音规则命中", "connector_type_id": ".index", "config": config, "secrets": {}}


def _rule(prefix: str, rule: Rule) -> dict[str, Any]:
    noted = {"@timestamp": "{{context.date}}", "rule": "{{rule.name}}", "value": "{{context.value}}"}
    return {
        "name": rule.title,
        "rule_type_id": ".es-query",
        "consumer": "stackAlerts",
        "enabled": False,
        "tags": ["huiyin"],
        "schedule": {"interval": f"{rule.minutes}m"},
        "params": {
            "searchType": "esQuery", "index": [f"{prefix}{rule.view}"], "timeField": rule.time_field, "size": 100,
            "timeWindowSize": WINDOW_DAYS, "timeWindowUnit": "d", "threshold": [0], "thresholdComparator": ">",
            "aggType": "count", "groupBy": "all", "excludeHitsFromPreviousRun": False,
            "esQuery": json.dumps({"query": to_search(parse(rule.query))}, ensure_ascii=False),
        },
        "actions": [{
            "group": "query matched", "id": CONNECTOR, "params": {"documents": [noted]},
            "frequency": {"summary": False, "notify_when": "onThrottleInterval", "throttle": "1h"},
        }],
    }  # fmt: skip
