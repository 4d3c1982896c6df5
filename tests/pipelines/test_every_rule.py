"""The contract of every severity rule, present and future: it explains itself and knows its own examples."""

import inspect

import pytest

from crawler.items import Post
from foundation.outcome import TOPICS
from pipelines.default_school import UNITS, default_school
from pipelines.load_words import load_words
from pipelines.read_post import PostReader
from pipelines.score_severity import load_rules
from pipelines.weigh_harm import GRAVE, ORDINARY, SERIOUS

RULES = {rule.__name__.rpartition(".")[2]: rule for rule in load_rules()}
CASES = [
    (name, kind, example) for name, rule in RULES.items() for kind in rule.EXAMPLES for example in rule.EXAMPLES[kind]
]
TEXTS = [example if isinstance(example, str) else example["text"] for _, _, example in CASES]


def find(name, example):
    fields = {"text": example} if isinstance(example, str) else dict(example)
    post = Post(content=fields.pop("text"), **fields)
    rule = RULES[name]
    return rule.find(PostReader.of(default_school()).view(post))


@pytest.mark.parametrize("name", RULES)
def test_a_rule_explains_itself(name):
    rule = RULES[name]

    assert all(isinstance(part, str) and part for part in (rule.TITLE, rule.WHY, rule.SOURCE))
    assert set(rule.UNITS) <= set(UNITS)
    assert rule.UNITS
    assert rule.TOPIC in TOPICS
    assert all(rule.EXAMPLES[kind] for kind in ("positive", "negative", "near_miss"))


@pytest.mark.parametrize(("name", "kind", "example"), CASES, ids=str)
def test_a_rule_knows_its_examples(name, kind, example):
    found = find(name, example)

    if kind == "positive":
        assert found is not None
        assert 0 <= found.points <= GRAVE
    elif kind == "negative":
        assert found is None
    else:
        assert found is None or (found.points < SERIOUS and not found.restricted)


@pytest.mark.parametrize("name", [name for name in RULES if name not in ("everyday_concern", "official_text")])
def test_a_rule_is_silent_about_an_empty_and_a_harmless_post(name):
    assert find(name, "") is None
    assert find(name, "今天的云很好看") is None


@pytest.mark.parametrize("name", [name for name, rule in RULES.items() if hasattr(rule, "NEEDS")])
def test_a_rule_finds_nothing_without_the_concepts_that_it_needs(name):
    """Rules are not asked about posts that hold none of these: it must not matter."""
    reader, needs = PostReader.of(default_school()), RULES[name].NEEDS
    views = [reader.view(Post(content=text)) for text in TEXTS]

    assert set(needs) <= load_words().words.keys() | {pattern.concept for pattern in load_words().patterns}
    assert any(view.has(*needs) for view in views)
    assert [view.text for view in views if not view.has(*needs) and RULES[name].find(view) is not None] == []


def test_the_scale_has_one_level_every_thirty_points():
    assert (ORDINARY, SERIOUS, GRAVE) == (30.0, 60.0, 90.0)


@pytest.mark.parametrize("name", RULES)
def test_a_rule_that_can_restrict_a_post_says_so_beforehand(name):
    assert ("restricted=" in inspect.getsource(RULES[name])) == getattr(RULES[name], "HELP_FIRST", False)
