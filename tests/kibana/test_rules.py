"""Cross-checks that Kibana makes itself when a rule is posted, and what each rule's query finds."""

import json

from kibana.rules import CONNECTOR, connector_body, rule_bodies
from tests.kibana.conftest import Corpus

ALLOWED = {"name", "rule_type_id", "consumer", "params", "schedule", "enabled", "tags", "actions", "throttle"}


def test_every_rule_is_off_and_writes_only_into_an_index_of_the_school() -> None:
    for body in rule_bodies("yunlu-"):
        params = body["params"]

        assert body["enabled"] is False
        assert set(body) <= ALLOWED
        assert [action["id"] for action in body["actions"]] == [CONNECTOR]
        assert params["timeWindowSize"] >= 1
        assert (params["aggType"], params["groupBy"], len(params["threshold"])) == ("count", "all", 1)
        assert "query" in json.loads(params["esQuery"])
        assert params["index"][0].startswith("yunlu-")
    assert connector_body("yunlu-")["config"]["index"] == "yunlu-kibana-alerts"


def test_each_rules_query_finds_exactly_what_was_planted(corpus: Corpus) -> None:
    found = {}
    for body in rule_bodies(corpus.index.prefix):
        query = json.loads(body["params"]["esQuery"])
        view = body["params"]["index"][0].removeprefix(corpus.index.prefix)
        found[body["name"]] = len(corpus.ask(view, {**query, "size": 500, "_source": False})["hits"]["hits"])
    cases, posts, rounds = (corpus.rows[view] for view in ("cases", "posts", "patrol"))

    assert found["回音 · 逾期未办结"] == sum(row["is_open"] and row["due_at"] < corpus.now for row in cases) > 0
    assert found["回音 · 特别重大"] == sum(row["level_code"] == 3 and not row["false_alarm"] for row in posts) > 0
    assert found["回音 · 没有听全"] == sum(
        row["blocked"] and (corpus.now - row["finished_at"]).total_seconds() < 7200 for row in rounds
    )
