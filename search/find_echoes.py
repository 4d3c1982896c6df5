"""Stage 3: posts that show words of a help-first post, so that hiding it hides them (PRIVACY.md 5).

Comes in: fresh posts, or ids of stored posts that became help-first. Goes out: replies under its title and posts that
repeat a run of its words made restricted and marked `SHOWS_HELP_FIRST`; a quote of it is emptied and its reply stays.
Words are Han characters in order, signs between them left out. A post that is restricted only because it shows
another's words lends its own words to nobody, and words of an open opening post are nobody's secret.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection

from crawler.items import Post
from foundation.ledger import Work
from foundation.outcome import SHOWS_HELP_FIRST
from foundation.tables import instant_text
from search.post_table import batches, marks

RUN = 12  # Han characters in a row that two people do not write by chance
PIECE, STRIDE = 6, 7  # letters: any run of 12 holds one of the pieces of 6 that begin at every seventh place
SHORTEST_QUOTE = 4  # Han characters: a whole short post is known again in a quote of its own thread
DAYS = 30  # how long reposts on the same site are looked for
_NO_HAN = re.compile(r"[^\u3400-\u9fff][^\u3400-\u9fff]*")  # found more quickly than the class with +


class _Stored(NamedTuple):
    """The fields of a stored post that show whose words it repeats: a fifth of reading all of them."""

    post_id: int
    key: str
    thread_key: str
    site: str
    floor: int
    title: str
    content: str
    quote: str
    version: int
    outcome_reason: str
    restricted: bool

    @property
    def is_reply(self) -> bool:
        """See `Post.is_reply`."""
        return self.floor > 1 or (self.floor == 0 and self.thread_key not in ("", self.key))


class _Words(NamedTuple):
    """What one help-first post says: its Han characters, and those parts of them that are its own."""

    thread_key: str
    site: str
    letters: str
    own: str  # what no open opening post says, a line a part
    pieces: frozenset[str]  # of PIECE letters, anywhere in the letters


_Said = Post | _Stored


def hide_fresh_echoes(work: Work, fresh: Sequence[Post]) -> None:
    """Make fresh posts restricted that show words of a stored or fresh help-first post, and empty quotes of one."""
    if not fresh:
        return
    known = _stored_near(work, fresh)
    near: list[_Said] = [*known, *(post for post in fresh if post.restricted)]
    if not near:
        return
    titles = {(post.thread_key, post.title) for post in near if post.floor == 1 and post.thread_key and post.title}
    words = _words_of(work.connection, near, fresh)
    pieces = frozenset[str]().union(*[source.pieces for source in words])
    for post in fresh:
        if not post.restricted and (
            (post.is_reply and (post.thread_key, post.title) in titles) or _repeats(post, words, pieces)
        ):
            post.restricted, post.outcome_reason = True, SHOWS_HELP_FIRST
        elif not post.restricted and _quotes(post, words, pieces):
            post.quote = ""


def hide_stored_echoes(work: Work, post_ids: Sequence[int]) -> list[int]:
    """Empty quotes of posts that became help-first in their threads; return the open posts that repeat their words."""
    sources: list[_Stored] = []
    for group in batches(post_ids):
        sources += _read(work.connection, f"post_id IN ({marks(group)}) ORDER BY post_id", group)
    threads = sorted({post.thread_key for post in sources if post.thread_key})
    open_posts: list[_Stored] = []
    for group in batches(threads):
        open_posts += _read(
            work.connection, f"restricted = 0 AND thread_key IN ({marks(group)}) ORDER BY post_id", group
        )
    ids = {post.post_id for post in sources}
    others = [post for post in open_posts if post.post_id not in ids]
    if not others:
        return []
    words = _words_of(work.connection, sources, others)
    pieces = frozenset[str]().union(*[source.pieces for source in words])
    _empty_quotes(work, [post.post_id for post in others if _quotes(post, words, pieces)])
    return [post.post_id for post in others if _repeats(post, words, pieces)]


def mark_as_showing(work: Work, post_ids: Sequence[int]) -> None:
    """Note of posts that are not restricted yet that they become so for another's words."""
    for group in batches(post_ids):
        work.connection.exec_driver_sql(
            f"UPDATE post SET outcome_reason = ? WHERE restricted = 0 AND post_id IN ({marks(group)})",  # noqa: S608
            (SHOWS_HELP_FIRST, *group),
        )


def _read(connection: Connection, condition: str, values: Sequence[Any]) -> list[_Stored]:
    """Return the stored posts of a condition of our own making."""
    sql = f"SELECT {', '.join(_Stored._fields)} FROM post WHERE {condition}"  # noqa: S608
    return [_Stored._make(row) for row in connection.exec_driver_sql(sql, tuple(values)).all()]


def _stored_near(work: Work, fresh: Sequence[Post]) -> list[_Stored]:
    """Return stored help-first posts of the fresh posts' threads, and of their sites in the last days."""
    since = instant_text(work.at - timedelta(days=DAYS))
    found: dict[int, _Stored] = {}
    for column, values, limit in (
        ("thread_key", {post.thread_key for post in fresh} - {""}, ""),
        ("site", {post.site for post in fresh} - {""}, " AND first_seen_at >= ?"),
    ):
        for group in batches(sorted(values)):
            condition = f"restricted = 1 AND {column} IN ({marks(group)}){limit}"
            for post in _read(work.connection, condition, (*group, since) if limit else group):
                found[post.post_id] = post
    return list(found.values())


def _words_of(connection: Connection, sources: Sequence[_Said], others: Iterable[_Said]) -> list[_Words]:
    own = [post for post in sources if post.outcome_reason != SHOWS_HELP_FIRST]
    earlier = _earlier_texts(connection, [post.post_id for post in own if post.post_id and post.version > 1])
    public = _open_openings(connection, [post.thread_key for post in own if post.is_reply], others)
    words: list[_Words] = []
    for post in own:
        texts = [(post.title, post.content), *earlier.get(post.post_id or 0, ())]
        letters = [_letters(content if post.is_reply else f"{title}{content}") for title, content in texts]
        shared = public.get(post.thread_key, "") if post.is_reply else ""
        words += [
            _Words(post.thread_key, post.site, said, _own(said, shared), _pieces(said)) for said in letters if said
        ]
    return words


def _earlier_texts(connection: Connection, post_ids: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    texts: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for group in batches(post_ids):
        sql = f"SELECT post_id, title, content FROM post_version WHERE post_id IN ({marks(group)})"  # noqa: S608
        for post_id, title, content in connection.exec_driver_sql(sql, tuple(group)):
            texts[int(post_id)].append((title, content))
    return texts


def _open_openings(connection: Connection, thread_keys: Iterable[str], others: Iterable[_Said]) -> dict[str, str]:
    """Return the letters of the opening posts that everyone may read, by thread."""
    threads = sorted(set(thread_keys) - {""})
    openings = [post for post in others if post.floor == 1 and not post.restricted and post.thread_key in threads]
    for group in batches(threads):
        openings += _read(connection, f"floor = 1 AND restricted = 0 AND thread_key IN ({marks(group)})", group)
    return {post.thread_key: _letters(f"{post.title}{post.content}") for post in openings}


def _own(letters: str, public: str) -> str:
    """Return what is left of a text between the parts that repeat public words, a line a part."""
    if _pieces(letters).isdisjoint(_pieces(public)):
        return letters
    runs = {public[start : start + RUN] for start in range(len(public) - RUN + 1)}
    taken = {
        place
        for start in range(len(letters) - RUN + 1)
        if letters[start : start + RUN] in runs
        for place in range(start, start + RUN)
    }
    return "".join("\n" if place in taken else sign for place, sign in enumerate(letters))


def _repeats(post: _Said, words: Sequence[_Words], all_pieces: frozenset[str]) -> bool:
    """Return whether a post repeats a run of words of one of the sources, whose pieces are `all_pieces`."""
    return bool(words) and _says(_letters(f"{post.title}{post.content}"), post, words, all_pieces)


def _says(letters: str, post: _Said, words: Sequence[_Words], all_pieces: frozenset[str]) -> bool:
    """Return whether letters of a post hold a run of a source's own words."""
    pieces = [letters[place : place + PIECE] for place in range(0, len(letters), STRIDE)]
    shared = all_pieces.intersection(pieces)
    if not shared:
        return False
    runs = [
        letters[start : start + RUN]
        for number, piece in enumerate(pieces)
        if piece in shared
        for start in range(max(0, number * STRIDE + PIECE - RUN), min(number * STRIDE, len(letters) - RUN) + 1)
    ]
    alike = (source for source in words if not source.pieces.isdisjoint(shared) and _is_near(post, source))
    return any(run in source.own for source in alike for run in runs)


def _quotes(post: _Said, words: Sequence[_Words], all_pieces: frozenset[str]) -> bool:
    quoted = _letters(post.quote) if post.quote else ""
    if len(quoted) < SHORTEST_QUOTE:
        return False
    return _says(quoted, post, words, all_pieces) or any(
        source.thread_key == post.thread_key and _holds(quoted, source) for source in words if _is_near(post, source)
    )


def _holds(quoted: str, source: _Words) -> bool:
    """Return whether a short quote is part of a source, or a short source of the quote."""
    whole = len(quoted) < RUN and quoted in source.letters
    return whole or (SHORTEST_QUOTE <= len(source.letters) < RUN and source.letters in quoted)


def _is_near(post: _Said, source: _Words) -> bool:
    return bool(post.thread_key and post.thread_key == source.thread_key) or post.site == source.site


@lru_cache(maxsize=512)  # a batch's threads are looked over twice, and help-first posts of a site in each batch
def _letters(text: str) -> str:
    return _NO_HAN.sub("", text)


@lru_cache(maxsize=256)
def _pieces(letters: str) -> frozenset[str]:
    return frozenset(letters[at : at + PIECE] for at in range(len(letters) - PIECE + 1))


def _empty_quotes(work: Work, post_ids: Sequence[int]) -> None:
    for group in batches(post_ids):
        work.connection.exec_driver_sql(
            f"UPDATE post SET quote = '', revision = revision + 1 WHERE post_id IN ({marks(group)})",  # noqa: S608
            tuple(group),
        )
