"""Stage 1: whether an address is a person's own page. Places are sources, persons are not (PRIVACY.md 1).

An address comes in, yes or no goes out. Sections, topics, searches, feeds and single posts with their comments are
places; whatever lists what one account wrote is a person.
"""

import re
from itertools import pairwise
from urllib.parse import SplitResult, parse_qs, urlsplit

PERSONS = frozenset({"u", "user", "users", "people", "profile", "space", "author", "authors", "member", "members"})
PERSON_FILES = re.compile(r"^(user|profile|space|member|people|home)(\.(php|aspx?|jsp|do))?$")
ID_KEYS = frozenset({"id", "uid", "userid", "user_id", "un", "username", "name"})
OVERVIEW = re.compile(r"^(index|list|default)\d*\b")  # `/people/index.htm` is a column 人物, not a person
_BRANDS = ("weibo.com", "weibo.cn", "x.com", "twitter.com")
MICROBLOGS = frozenset(f"{own}{brand}" for brand in _BRANDS for own in ("", "www.", "m.", "mobile."))
MICROBLOG_PLACES = frozenset(
    {"p", "k", "search", "topic", "hot", "tv", "status", "detail", "comments", "api", "ajax", "a", "ttarticle"}
    | {"hashtag", "i", "explore"}  # x.com's
)
ACCOUNT_VIEWS = frozenset(
    {"profile", "info", "home", "album", "follow", "fans", "photos", "video", "with_replies", "media", "likes"}
)
KNOWN = (  # what the rules below cannot tell from a place
    re.compile(r"containerid=(100505|107603)|weibo\.com/p/100505|weibo\.(com|cn)/n/", re.I),
    re.compile(r"tieba\.baidu\.com/home/|space\.bilibili\.com/", re.I),
    re.compile(r"mp\.weixin\.qq\.com/mp/profile_ext", re.I),  # all that one account sent; one article is `/s/…`
    re.compile(r"mod=space|home\.php|space-(uid|username)-", re.I),
)


def is_personal_address(url: str) -> bool:
    """Return whether `url` (one that `urlsplit` can read) is the page or feed of one account."""
    parts = urlsplit(url)
    segments = [segment for segment in parts.path.lower().split("/") if segment]
    if any(pattern.search(url) for pattern in KNOWN) or any(segment.startswith("@") for segment in segments):
        return True
    if (parts.hostname or "") in MICROBLOGS and _is_account(segments):
        return True
    return _names_person(segments) or _asks_for_person(segments, parts)


def _is_account(segments: list[str]) -> bool:
    """On microblogs `/1234567890` and `/zhangsan` are accounts, `/1234567890/Nab12` is one post with its comments."""
    if not segments or segments[0] in MICROBLOG_PLACES:
        return False
    return len(segments) == 1 or segments[1] in ACCOUNT_VIEWS


def _names_person(segments: list[str]) -> bool:
    """`/u/zhangsan`, `/users/5/feed`: a word for persons with a name behind it."""
    return any(word in PERSONS and not OVERVIEW.match(name) for word, name in pairwise(segments))


def _asks_for_person(segments: list[str], parts: SplitResult) -> bool:
    """`/profile?id=5`, `/space.php?uid=5`: a word for persons with an id in the query."""
    last = segments[-1] if segments else ""
    return bool(PERSON_FILES.match(last)) and bool(ID_KEYS & set(parse_qs(parts.query.lower())))
