"""Stage 2: all pure steps outside Scrapy. Posts in; the same posts, understood, out. No ledger, nothing kept.

These are the functions that the Scrapy run calls, in the same order; duplicates are sought only within the list given.
"""

from dataclasses import dataclass
from typing import Self

from crawler.items import Post
from foundation.outcome import Outcome
from foundation.school import Department, School
from pipelines.check_relevance import check_relevance
from pipelines.classify_topic import classify_topic
from pipelines.clean_text import clean_text
from pipelines.drop_personal_data import drop_personal_data, redact
from pipelines.find_duplicate import find_duplicate
from pipelines.keep_topic_only import keep_topic_only
from pipelines.read_post import PostReader
from pipelines.school_names import Names
from pipelines.score_severity import score_severity
from pipelines.step import STILL_OPEN
from pipelines.suggest_department import suggest_department

redact_text = redact

__all__ = ["Judge", "redact_text"]


@dataclass(frozen=True, slots=True)
class Judge:
    """Understands posts by one school's words, names and departments."""

    reader: PostReader
    names: Names
    departments: list[Department]
    school_kind: str

    @classmethod
    def from_school(cls, school: School) -> Self:
        """Build the judge of a school.

        Raises:
            ConfigError: A source or a word file of the school is wrong.
        """
        return cls(
            PostReader.of(school), Names.of(school), school.organisation.departments, school.settings.school.kind
        )

    def judge(self, posts: list[Post]) -> list[Post]:
        """Fill the understood part of each post and return the same list."""
        clean_text(_open(posts))
        drop_personal_data(_open(posts))
        check_relevance(_open(posts), self.reader, self.names)
        find_duplicate(_open(posts))
        classify_topic(_open(posts), self.reader)
        score_severity(_open(posts), self.reader)
        suggest_department(_open(posts), self.reader, self.departments)
        keep_topic_only(_open(posts), self.school_kind)
        for post in posts:
            post.outcome = post.outcome or Outcome.STORED
        return posts


def _open(posts: list[Post]) -> list[Post]:
    return [post for post in posts if post.outcome in STILL_OPEN]
