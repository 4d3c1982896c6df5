"""Stage 5: the snapshot of one post, as evidence. Post and reader in; words, hash, versions and when it was seen out.

A page may be edited or taken down; what was heard stays until its text expires. Shown to named people who may read
ordinary cases, or the case that the post belongs to. Help-first and confidential posts are never shown here: their
case is the place for those who need to know. Each look is an audit row. Source: Z1.6.1-1, PRIVACY.md 5 and 8.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from cases.case import load_case
from cases.roles import ORDINARY, OWN, ROLES, roles_in_case
from crawler.items import Post
from foundation.clock import for_people
from foundation.errors import Refused
from foundation.ledger import Work
from foundation.school import School
from search.post_table import post_version
from search.posts import hash_content, post

SEEN = "snapshot.seen"


def take_snapshot(work: Work, school: School, posts: Sequence[Post], reader: str) -> list[dict[str, Any]]:
    """Return what the ledger keeps of posts, oldest first, and write down who looked.

    Raises:
        Refused: The reader is nobody, or has no right; one of the posts is help-first or confidential.
    """
    if not school.knows_person(reader):
        raise Refused("没有这个人", reader, "写 departments.yaml 里的人员编号")
    for each in posts:
        number = str(each.post_id)
        if each.restricted or each.confidential:
            raise Refused(
                "这一条不在这里显示", number, "先救助与保密的帖文只在它的案件里给该看的人看：huiyin case show"
            )
        if not _may_see(work, school, each, reader):
            raise Refused("无权查看原文", reader, "能看的是读得到一般案件的角色，和这条帖文所属案件的责任部门")
        work.audit(SEEN, number, version=each.version)
    return [_describe(work, each) for each in posts]


def _may_see(work: Work, school: School, each: Post, reader: str) -> bool:
    held = {role for role, people in school.organisation.roles.items() if reader in people}
    if any(ORDINARY in ROLES[role].reads for role in held if role in ROLES):
        return True
    if not each.case_no:
        return False
    own = roles_in_case(school, load_case(work.connection, each.case_no), reader)
    return any(OWN in ROLES[role].reads or ORDINARY in ROLES[role].reads for role in own if role in ROLES)


def _describe(work: Work, each: Post) -> dict[str, Any]:
    older = select(post_version).where(post_version.c.post_id == each.post_id).order_by(post_version.c.version)
    last_seen_at = work.connection.execute(select(post.c.last_seen_at).where(post.c.post_id == each.post_id)).scalar()
    kept = bool(each.title or each.content or each.quote)
    return {
        "post_id": each.post_id,
        "url": each.url,
        "site": each.site,
        "title": each.title,
        "text": each.content,
        "quote": each.quote,
        "official_reply": each.official_reply,
        "pictures": each.pictures,
        "kept": kept,  # the text may have expired; its hash never does
        "content_hash": each.content_hash,
        "hash_holds": kept and hash_content(each) == each.content_hash,
        "published_at": for_people(each.published_at) if each.published_at else None,
        "first_seen_at": for_people(each.first_seen_at) if each.first_seen_at else None,
        "last_seen_at": for_people(last_seen_at) if last_seen_at else None,
        "vanished_at": for_people(each.vanished_at) if each.vanished_at else None,
        "version": each.version,
        "earlier": [
            {
                "version": row.version,
                "seen_at": for_people(row.seen_at),
                "title": row.title,
                "text": row.content,
                "content_hash": row.content_hash,
            }
            for row in work.connection.execute(older)
        ],
    }
