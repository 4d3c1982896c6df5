"""Rules fold streams: posts and rounds made by hand, played into one rule."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from alerts.rule import Heard, Place, Round
from alerts.rules import rule_module
from search.segment import Segmenter, fold

ZERO = datetime(2026, 10, 8, 1, 0, tzinfo=UTC)
SOURCES = (("forum", "校园论坛", 30.0), ("news", "新闻网", 1.0))


@pytest.fixture
def place(paper_school):
    words = frozenset(fold(word) for word in ("云麓学院", "二食堂", "逸夫楼"))
    return Place(paper_school, Segmenter(words), words, SOURCES)


@pytest.fixture
def at():
    return lambda **delta: ZERO + timedelta(**delta)


@pytest.fixture
def hear():
    """Return a post heard so many minutes after ZERO."""
    numbers = iter(range(1, 100_000))

    def make(minutes=0.0, **values):
        known = {"event_id": 1, "event_title": "食堂", "site": "forum", "source_id": "forum", "level_code": 1}
        known |= {"topics": ("校园安全",), "post_id": next(numbers)} | values
        return Heard(heard_at=ZERO + timedelta(minutes=minutes), **known)

    return make


@pytest.fixture
def ended():
    return lambda hours, source="forum", outcome="ok", new=0: Round(source, ZERO + timedelta(hours=hours), outcome, new)


@pytest.fixture
def play(place):
    """Play streams into a rule with a restart after every single item: the state goes through JSON each time."""

    def run(kind, items, **options):
        module = rule_module(kind)
        state, found = {}, []
        for item in items:
            rule = module.Rule(module.Options(name="规则", kind=kind, **options), place)
            if isinstance(item, Round):
                found += list(rule.hear_round(state, item))
            elif item.vanished_at:
                found += list(rule.hear_gone(state, item))
            else:
                found += list(rule.hear_post(state, item))
            state = json.loads(json.dumps(state))
        return found

    return run
