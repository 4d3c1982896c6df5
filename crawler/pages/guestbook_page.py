"""Stage 1: messages that stand one below the other. In: WordPress comments, or blocks of a guestbook. Out: posts.

An answer of the school is recognised by its place and its author: a nested comment marked as staff (`bypostauthor`,
`byuser`) or signed by a unit ("后勤处"), a block of class reply. Answers go to the message they answer; what others
answer is a post of its own in the same thread.
"""

import re
from datetime import datetime

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.items import Post
from crawler.pages.find_blocks import Block
from crawler.pages.forum_page import page_address
from crawler.pages.join_address import join_address
from crawler.pages.parsed_page import Options, ParsedPage, Pseudonym, key_without_id, zone_of
from crawler.pages.read_text import text_of
from crawler.pages.read_times import read_time, stamp_post

COMMENT = "li.comment, li.pingback"
STAFF = frozenset(("bypostauthor", "byuser"))
UNIT = re.compile(r"(处|部|科|中心|办|办公室|委员会|学院|团委|图书馆|校医院|管理员|站长|信箱|老师)$")
REPLY_BLOCKS = ".reply, .answer, .admin-reply, .huifu, .hf, .re, dd.reply"
_REPLY_HEAD = re.compile(r"^\s*[【\[（(]?\s*[^\s【】\[\]：:]{0,8}(回复|答复)\s*[】\]）)]?\s*[：:]?\s*")
_WRITTEN_LINE = re.compile(
    r"(?:网友|游客|作者|留言人|来信人)?[\s：:]*(?P<name>\S{1,20})?\s*(?:于|在)?\s*"
    r"(?P<time>(?:19|20)\d\d[-/年.]\d{1,2}[-/月.]\d{1,2}日?(?:\s*\d{1,2}:\d\d(?::\d\d)?)?)\s*(?:发表|留言|说道|写道)?[：:]?"
)


def read_comments(
    tree: LexborHTMLParser, url: str, fetched_at: datetime, pseudonym: Pseudonym, options: Options
) -> ParsedPage | None:
    """Return the comments of a WordPress page with their answers, None when the page has no comments of that form."""
    comments = tree.css(COMMENT)
    if not comments:
        return None
    board = page_address(url)
    zone = zone_of(options)
    page = ParsedPage()
    by_number: dict[str, Post] = {}
    for comment in comments:
        number = (comment.attributes.get("id") or "").rpartition("-")[2]
        parent = _parent_number(comment)
        name = text_of(_own(comment, ".comment-author .fn, .comment-author cite, .fn"))
        content = text_of(_own(comment, ".comment-content, .comment-text"))
        time = _own(comment, "time[datetime]") or _own(comment, ".comment-metadata a, .comment-meta a")
        times = [(time.attributes.get("datetime") or ""), time.text()] if time is not None else []
        asked = by_number.get(parent)
        if asked is not None and _is_staff(comment, name):
            answered = read_time(times[0] or times[1], fetched_at, zone) if times else None
            asked.official_reply = "\n".join(filter(None, (asked.official_reply, content)))
            asked.official_reply_at = asked.official_reply_at or (answered.instant if answered else None)
            by_number[number] = asked  # an answer to the answer belongs to the same message
            continue
        post = Post(
            key=number, thread_key=asked.thread_key if asked else number, content=content, fetched_at=fetched_at
        )
        post.floor = 0 if asked else 1
        post.url = f"{board}#comment-{number}"
        stamp_post(post, times, fetched_at, zone)
        post.author = pseudonym(name, post.published_at) if name else ""
        by_number[number] = post
        page.posts.append(post)
    older = tree.css_first(".nav-previous a, a.previouspostslink, .comments-pagination a.prev")
    page.next_url = join_address(url, older.attributes.get("href")) if older is not None else ""
    return page


def read_guestbook(blocks: list[Block], url: str, fetched_at: datetime, pseudonym: Pseudonym) -> ParsedPage:
    """Return the messages of guestbook blocks: `网友 … 于 … 发表`, the words, an answer block."""
    board = page_address(url)
    ordinals: dict[tuple[str, str], int] = {}
    page = ParsedPage()
    for block in blocks:
        node = block.node
        post = Post(floor=1, fetched_at=fetched_at)
        _take_answer(node, post, fetched_at)
        time = block.times[0]
        post.published_at, post.time_precision, post.published_text = time.instant, time.precision, time.text
        post.pictures = len(node.css("img"))
        name, post.content = _split_header(text_of(node))
        post.author = pseudonym(name, post.published_at) if name else ""
        post.key = key_without_id(board, post, ordinals, time_is_relative=time.is_relative)
        post.thread_key, post.url = post.key, board
        if post.content or post.pictures:
            page.posts.append(post)
    return page


def _own(comment: LexborNode, selector: str) -> LexborNode | None:
    """Return the first match that belongs to this comment and not to a nested one."""
    for node in comment.css(selector):
        holder = node.parent
        while holder is not None and not (holder.tag == "li" and "comment" in (holder.attributes.get("class") or "")):
            holder = holder.parent
        if holder is not None and holder.mem_id == comment.mem_id:
            return node
    return None


def _parent_number(comment: LexborNode) -> str:
    holder = comment.parent
    while holder is not None:
        if holder.tag == "li" and (holder.attributes.get("id") or "").startswith("comment-"):
            return (holder.attributes.get("id") or "").rpartition("-")[2]
        holder = holder.parent
    return ""


def _is_staff(comment: LexborNode, name: str) -> bool:
    classes = (comment.attributes.get("class") or "").split()
    return bool(STAFF & set(classes)) or UNIT.search(name) is not None


def _take_answer(node: LexborNode, post: Post, fetched_at: datetime) -> None:
    """Move the answer block out of the message into the post."""
    answer = node.css_first(REPLY_BLOCKS)
    if answer is None:
        return
    words = text_of(answer)
    lines = words.split("\n")
    tail = lines[-1].split()[-1] if lines[-1].split() else ""
    found = read_time(tail, fetched_at) or read_time(words[:60], fetched_at)
    post.official_reply_at = found.instant if found else None
    if found and found.text in tail:
        words = words.rstrip().removesuffix(tail).rstrip()
    post.official_reply = _REPLY_HEAD.sub("", words, count=1).strip()
    answer.decompose()


def _split_header(words: str) -> tuple[str, str]:
    """Return the author's name and the words after the line that names author and time."""
    match = _WRITTEN_LINE.search(words[:120])
    if match is None:
        return "", words
    return (match["name"] or "").strip("：:"), (words[: match.start()] + words[match.end() :]).strip()
