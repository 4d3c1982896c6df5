"""Stage 2, step 5: what is it about? Posts in; one category of Z1.6.1-c and one or two topics of Z10.4-2 out."""

from typing import Self

from crawler.items import Post
from foundation.opening import Opened
from foundation.outcome import TOPICS
from pipelines.match_words import PostView
from pipelines.read_concern import read_concern
from pipelines.read_post import PostReader
from pipelines.score_severity import THRESHOLDS, Verdict, name_of, rate
from pipelines.step import Step

EVERYDAY = "everyday_concern"
FALLBACK = "学生管理"  # severity-guide §4: services, fees, network
SECOND_AT_LEAST = 2.0  # words, so that a passing mention makes no second topic
CLOSE = 0.6  # a second topic is named when it has so much of the first one's weight
TITLE_WEIGHT = 1.0  # a word of the title counts once more
FIXED = {  # rule → category, whatever else the post says
    "corporal_punishment": "师德作风",
    "insult_by_teacher": "师德作风",
    "harassment": "师德作风",
    "academic_fraud": "师德作风",
    "sexual_assault": "师德作风",
    "call_to_gather": "意见",
    "self_harm": "其他",
}
MONEY_RULES = {"forced_fee", "missing_money", "reckless_staff"}  # may be staff conduct
BYSTANDER_RULES = {"many_ill", "fire_or_collapse", "death_or_grave_injury", "weapon", "crowd_blocks", "missing_child"}


def classify_topic(posts: list[Post], reader: PostReader) -> None:
    """Fill category and topics of the relevant posts given."""
    for post in posts:
        if not post.relevant:
            post.category, post.topics = "其他", ()
            continue
        own = reader.own_view(post)
        verdict = rate(own)
        post.category = category_of(own, verdict)
        post.topics = topics_of(reader.view(post), verdict)


def category_of(view: PostView, verdict: Verdict) -> str:
    """Return the category: harm by staff is 师德作风, other harm 投诉 unless nobody blames, else what is wanted."""
    leading = name_of(verdict.leading) if verdict.leading else ""
    if verdict.score < THRESHOLDS[0]:
        return "其他"
    if leading in FIXED:
        return FIXED[leading]
    concern = read_concern(view)
    if leading == EVERYDAY or verdict.score < THRESHOLDS[1]:
        return concern.category if concern else "投诉"
    if concern and concern.category == "师德作风" and leading in MONEY_RULES:
        return "师德作风"
    told_only = leading in BYSTANDER_RULES and not view.has("strong_grievance", "blames", "own_voice")
    return "其他" if told_only else "投诉"


def topics_of(view: PostView, verdict: Verdict) -> tuple[str, ...]:
    """Return one or two topics, the weightier first."""
    found = view.hits.found
    weights = {topic: _weight(view, topic) if topic in found else 0.0 for topic in TOPICS}
    rule = verdict.leading
    if rule is not None and verdict.score >= THRESHOLDS[1] and name_of(rule) != EVERYDAY:
        weights[rule.TOPIC] += 3.0 + max(weights.values())
    if view.official and verdict.score < THRESHOLDS[0] and not weights["校园安全"]:
        weights["学校声誉"] += 1.0
    if view.has("staff_conduct") and verdict.score >= THRESHOLDS[0]:
        weights["师德师风"] += 3.0
    best = sorted(TOPICS, key=weights.__getitem__, reverse=True)
    if weights[best[0]] == 0.0:
        return (FALLBACK,)
    if weights[best[1]] >= CLOSE * weights[best[0]] and weights[best[1]] >= SECOND_AT_LEAST:
        return (best[0], best[1])
    return (best[0],)


def _weight(view: PostView, topic: str) -> float:
    words, in_title = view.hits.said(topic)
    return len(words) + TITLE_WEIGHT * len(in_title)


class ClassifyTopic(Step):
    """The step as Scrapy runs it."""

    def __init__(self, reader: PostReader) -> None:
        self.reader = reader

    @classmethod
    def from_opened(cls, opened: Opened) -> Self:
        """Build the step from the school's words."""
        return cls(PostReader.of(opened.school))

    def run(self, posts: list[Post]) -> None:
        """Classify the posts."""
        classify_topic(posts, self.reader)
