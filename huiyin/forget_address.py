"""The application: one address or post forgotten everywhere at once, and never kept again (`huiyin forget`).

Ledger, versions, index, signatures, watermark and spool lose it, and so do names and notices that took its words. What
stays is a number, so that events and cases still count what they counted. Copies at other addresses are not touched.
"""

import base64
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urldefrag

from sqlalchemy import delete, or_, select, update

from alerts.forget_words import forget_title
from cases.case import case_file
from crawler.items import Post
from crawler.opt_out import list_words
from crawler.pages.join_address import LONGEST_ADDRESS, join_address
from crawler.tables import thread_mark
from events.event import event
from events.retitle_events import retitle_events
from foundation.errors import Refused
from foundation.ledger import Work
from foundation.spool import open_sealed
from foundation.tables import spool
from huiyin.wiring import Parts
from pipelines.signatures import Signatures
from search.change_posts import change_posts, copies_of, forget_posts, shown_by
from search.find_echoes import hide_stored_echoes
from search.posts import load_posts, post

WHY = "huiyin forget"
DIGITS = 18  # of a post's number at most: more does not fit into the ledger
SHOWN_LETTERS = 20  # so many first letters of a text know it again on a sealed page


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was removed: numbers only."""

    posts: int
    sealed: int
    cases: tuple[str, ...]


def find_posts(parts: Parts, asked: str) -> list[Post]:
    """Return the stored posts that an address or a post's number means; a thread's address means all its posts.

    Raises:
        Refused: It is neither, or a number that is no post.
    """
    _check(asked)
    with parts.ledger.read() as connection:
        if asked.isdecimal():
            found = load_posts(connection, [int(asked)])
            if not found:
                raise Refused("没有这个帖文号", asked, "写帖文的网址也可以；没有听到过的网址会登记，以后不再收录")
            return found
        address = urldefrag(asked).url
        threads = select(thread_mark.c.thread_key).where(thread_mark.c.url.in_((asked, address)))
        meant = or_(
            post.c.url.in_((asked, address)),
            post.c.url.startswith(f"{address}#", autoescape=True),
            post.c.thread_key.in_(threads),
        )
        return load_posts(connection, list(connection.execute(select(post.c.post_id).where(meant)).scalars()))


def forget_address(parts: Parts, asked: str, actor: str) -> Forgotten:
    """Remove what `asked` (address, or number of a post) means and list it, in one transaction.

    Raises:
        Refused: A number that is no post, or neither number nor address.
    """
    found = find_posts(parts, asked)
    with parts.ledger.change(actor) as work:
        words = _words_of(work, found, asked)
        ids = [each.post_id or 0 for each in found]
        shown = {text for each in found for text in (each.title, each.thread_key, each.content[:SHOWN_LETTERS]) if text}
        cases = _erase(work, parts, found, ids)
        work.connection.execute(
            delete(thread_mark).where(or_(thread_mark.c.thread_key.in_(words), thread_mark.c.url.in_(words)))
        )
        sealed = _empty_spool(work, {*words, *shown})
        list_words(work, words)
        work.audit(
            "post.forget", " ".join(f"post {number}" for number in ids) or "address", posts=len(ids), sealed=sealed
        )
    parts.store.scrub(parts.ledger)
    return Forgotten(len(ids), sealed, cases)


def _check(asked: str) -> None:
    """Refuse what is no number and no whole address: an empty word would stand in every sealed page, and `%` for all.

    Raises:
        Refused: It is neither.
    """
    if asked.isdecimal() and len(asked) <= DIGITS:
        return
    if not asked.isdecimal() and len(asked) <= LONGEST_ADDRESS and join_address("", asked) and not asked.split()[1:]:
        return
    shown = f"{asked[:SHOWN_LETTERS]}…" if len(asked) > SHOWN_LETTERS else asked
    raise Refused("看不懂要删除什么", shown or "（空）", "写完整的网址（http 开头），或帖文号；没有删除任何东西")


def _words_of(work: Work, found: list[Post], asked: str) -> list[str]:
    """Return the keys and addresses to list: a thread as a whole when its opening post goes."""
    words = {each.key for each in found}
    opened = {each.thread_key for each in found if each.floor == 1 and each.thread_key}
    if not asked.isdecimal():
        words |= {asked, urldefrag(asked).url, *opened}
        marked = select(thread_mark.c.thread_key).where(thread_mark.c.url.in_(words))
        words |= set(work.connection.execute(marked).scalars())
    return sorted(words)


def _erase(work: Work, parts: Parts, found: list[Post], ids: list[int]) -> tuple[str, ...]:
    """Empty the rows of posts and whatever took their words; return the cases that they belong to."""
    if not ids:
        return ()
    echoes = [
        number for number in shown_by(work.connection, ids) if number not in {*ids, *copies_of(work.connection, ids)}
    ]
    hide_stored_echoes(work, ids)
    change_posts(work, parts.store, echoes, title="")
    forget_posts(work, parts.store, ids)
    Signatures().forget(work, ids)
    for number in ids:
        gone = {"key": f"forgotten:{number}", "url": "", "author": "", "thread_key": "", "content_hash": ""}
        values = {**gone, "outcome": "refused_private", "outcome_reason": "opt_out", "pictures": 0}
        work.connection.execute(update(post).where(post.c.post_id == number).values(**values))
    events = {each.event_id for each in found if each.event_id is not None}
    titles = {each.title for each in found if each.title}
    retitle_events(work, parts.store, events)
    named = select(case_file.c.case_no, event.c.title).join(event, event.c.event_id == case_file.c.event_id)
    cases = work.connection.execute(named.where(case_file.c.event_id.in_(events))).all()
    for row in cases:
        this = (case_file.c.case_no == row.case_no, case_file.c.title.in_(titles))
        work.connection.execute(update(case_file).where(*this).values(title=row.title))
    forget_title(work, titles, [row.case_no for row in cases])
    return tuple(row.case_no for row in cases)


def _empty_spool(work: Work, words: set[str]) -> int:
    """Delete sealed pages and posts that hold an address, a key or words of what goes; each opening is audited."""
    rows: Any = work.connection.execute(select(spool.c.spool_id).where(spool.c.expires_at > work.at)).scalars().all()
    count = 0
    for spool_id in rows:
        try:
            body = open_sealed(work, spool_id, WHY)
        except Refused:
            continue  # sealed with another key: nobody can read it any more
        if _holds(body, words):
            work.connection.execute(delete(spool).where(spool.c.spool_id == spool_id))
            count += 1
    return count


def _holds(body: bytes, words: set[str]) -> bool:
    """Return whether a sealed page or post shows one of the words, in either encoding of Chinese pages."""
    packed = json.loads(body)
    shown = [body, json.dumps(packed, ensure_ascii=False).encode(errors="surrogatepass")]
    if "body" in packed:
        shown.append(base64.b64decode(packed["body"]))
    needles = [word.encode(code, "ignore") for word in words for code in ("utf-8", "gb18030")]
    return any(needle in text for text in shown for needle in needles if needle)
