"""Stage 3: the fields on Elasticsearch, derived from the items files; a post or record in, one ready JSON line out.

Beside the fields that people see in Kibana stand the very tokens that the embedded index holds, split at spaces: so
both indices give equal answers, on any server and with any dictionary. `dynamic: strict` refuses everything else.
"""

from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import Any

import orjson

from crawler.items import About, Kind, Post, post_fields
from search.records import KINDS, Document
from search.sqlite_store import TOKEN_COLUMNS, day_of

OURS = "huiyin"  # stands in `_meta` of every index of ours
POSTS = "posts"  # the name of posts beside the kinds of `search/records.py`
ANALYZER = "huiyin_zh"
WHOLE = "whole"  # subfield of a counted text
SOUGHT = ("title", "content")  # where a word without a field is sought
LONGEST_KEYWORD = 8191  # characters: a longer one is above Lucene's limit of bytes and is kept, not searched
CJK = {"type": "custom", "tokenizer": "standard", "filter": ["cjk_width", "lowercase", "cjk_bigram"]}
STANDARD = {"type": "standard"}  # servers without cjk: one token a character, so phrases are exact
_KEYWORD = {"type": "keyword", "ignore_above": LONGEST_KEYWORD}
_TITLE = {"type": "keyword", "ignore_above": 256}
TYPES: dict[Kind, dict[str, Any]] = {
    "id": {"type": "long"},
    "keyword": _KEYWORD,
    "text": {"type": "text", "analyzer": ANALYZER},
    "date": {"type": "date"},
    "integer": {"type": "long"},
    "float": {"type": "double"},
    "boolean": {"type": "boolean"},
    "object": {"properties": {"rule": _KEYWORD, "title": _KEYWORD, "points": {"type": "double"}}},  # reasons
}
_PAIRS = {"type": "text", "analyzer": "whitespace", "norms": False}  # sought as phrases
_WORDS = _PAIRS | {"index_options": "docs"}  # sought one by one
_TOKENS = {name: _WORDS if name.endswith("_words") else _PAIRS for name in TOKEN_COLUMNS}
REFRESH = "5s"  # how soon what is sent can be found
_SENT = {name: about.kind for name, about in post_fields().items() if about.searchable}
_NUMBERS: tuple[Kind, ...] = ("id", "integer", "float", "boolean")  # of all others, empty means not set: null
_VALUES = ", ".join(
    f"{name!r}: post.{name}" if kind in _NUMBERS else f"{name!r}: post.{name} or None" for name, kind in _SENT.items()
)
# Written out from our own field list, as dataclasses write their methods: a third faster than putting a dict together.
_values_of: Callable[[Post], dict[str, Any]] = eval(f"lambda post: {{{_VALUES}}}")  # noqa: S307


def properties(name: str = POSTS) -> dict[str, Any]:
    """Return the type of every field of posts, or of another kind of record."""
    if name != POSTS:
        return _types(KINDS[name].fields)
    return _types(post_fields()) | _TOKENS | {"day": _KEYWORD}


def _types(fields: Mapping[str, About]) -> dict[str, Any]:
    found = {}
    for name, about in fields.items():
        if about.searchable:
            found[name] = TYPES[about.kind] | ({"fields": {WHOLE: _TITLE}} if about.counted else {})
    return found


def fingerprint(name: str = POSTS) -> str:
    """Return the digest that tells whether an index was made for these very fields."""
    return blake2b(orjson.dumps(properties(name), option=orjson.OPT_SORT_KEYS), digest_size=8).hexdigest()


def index_body(analysis: dict[str, Any], replicas: int, name: str = POSTS) -> dict[str, Any]:
    """Return settings and mapping of an index.

    Posts lie as they came: sorting them on disk costs the server a third of building, and a search for the newest
    passes over older blocks without it.
    """
    fields = properties(name)
    texts = [field for field in SOUGHT if field in fields]
    settings = {
        "number_of_shards": 1,
        "number_of_replicas": replicas,
        "index.refresh_interval": REFRESH,
        "index.merge.policy.expunge_deletes_allowed": 0,  # a forgotten text leaves the files with the next merge
        "index.query.default_field": texts or [next(iter(fields))],
        "analysis": {"analyzer": {ANALYZER: analysis}},
    }
    mappings: dict[str, Any] = {
        "dynamic": "strict",
        "_meta": {"by": OURS, "fields": fingerprint(name)},
        "properties": fields,
    }
    if name == POSTS:
        mappings["_source"] = {"excludes": list(TOKEN_COLUMNS)}
    return {"settings": settings, "mappings": mappings}


def month_of(post_id: int) -> str:
    """Return the school month in which a post was published (else heard); it never changes."""
    return day_of(post_id)[:7].replace("-", ".")


def document_of(post: Post, tokens: Mapping[str, tuple[str, str]]) -> bytes:
    """Return a post as one line of JSON, null what is not set; `tokens` holds the words and grams of its texts."""
    values = _values_of(post)
    values["reasons"] = [{"rule": each.rule, "title": each.title, "points": each.points} for each in post.reasons]
    values["day"] = day_of(post.post_id or 0)
    values["title_words"], values["title_grams"] = tokens[post.title]
    values["content_words"], values["content_grams"] = tokens[post.content]
    return orjson.dumps(values, option=orjson.OPT_APPEND_NEWLINE)


def record_line(document: Document) -> bytes:
    """Return a record's document as one line of JSON; fields that are not set are left out."""
    values = {name: value for name, value in document.items() if value not in (None, "", [], ())}
    return orjson.dumps(values, option=orjson.OPT_APPEND_NEWLINE)
