"""Stage 2, words: reads each post once for four steps. A school in; for each post its view, frame and verdict out.

check_relevance, classify_topic, score_severity and suggest_department ask about the same words. The reader keeps the
views of the posts at hand (a page), by their text, so that a post costs one pass and the steps stay independent.
"""

from functools import cache

from crawler.items import Post
from crawler.source import load_sources
from foundation.school import School
from pipelines.load_words import Lexicon, load_words
from pipelines.match_words import PostView, WordMatcher, normal

KEPT = 1024  # posts whose views are remembered: a batch, whatever its last page added
NEWS_ENOUGH = 2  # phrases of news style that make a text official without a strong one
_READERS: dict[str, "PostReader"] = {}  # by the school's digest, only the newest: building one takes a while


class PostReader:
    """Views of posts under one school's words."""

    def __init__(self, lexicon: Lexicon, official_sources: frozenset[str] = frozenset()) -> None:
        self._matcher = WordMatcher(lexicon)
        kinds = sorted(lexicon.words["official_site"])
        self._is_official_kind = cache(lambda kind: any(word in normal(kind) for word in kinds))
        self._official_sources = official_sources
        self._views: dict[tuple[object, ...], PostView] = {}

    @classmethod
    def of(cls, school: School) -> "PostReader":
        """Return the reader of a school, built once for each version of it."""
        digest = school.files.digest
        if digest not in _READERS:
            _READERS.clear()
            official = frozenset(name for name, source in load_sources(school).items() if source.official)
            _READERS[digest] = cls(load_words(school), official)
        return _READERS[digest]

    def view(self, post: Post) -> PostView:
        """Return the view of a post as it is now."""
        key = (post.is_reply, post.title, post.content, post.site_kind, post.source_id, post.replies, post.reposts)
        known = self._views.get(key)
        if known is None:
            if len(self._views) >= KEPT:
                self._views.clear()
            known = self._views[key] = self._read(post, own=False)
        return known

    def own_view(self, post: Post) -> PostView:
        """Return the view of the writer's own words: what a thread's title says is not said again by each reply."""
        whole = self.view(post)
        if not (post.is_reply and post.title):
            return whole
        if whole.own is None:
            whole.own = self._read(post, own=True)
        return whole.own

    def _read(self, post: Post, *, own: bool) -> PostView:
        view = self._matcher.view(post, own=own)
        view.official = self._is_official(post, view)
        return view

    def _is_official(self, post: Post, view: PostView) -> bool:
        """Return whether the school or a medium speaks: by source, kind of site, or style of the text."""
        if post.source_id in self._official_sources and not post.is_reply:
            return True  # what people write under an official article is theirs
        if self._is_official_kind(post.site_kind) and not post.is_reply:
            return not view.has("own_voice") or view.has("strong_news")
        if view.has("own_voice"):
            return False
        return view.has("strong_news") or len(view.words("news_style")) >= NEWS_ENOUGH
