"""Demo: reads the story. In: `demo/story/*.yaml`. Out: `Story`: posts with ids of their sites, events, acts.

The story is data: who wrote what where and when, what of it is a copy, praise, a namesake's noise or help-first, and
who answered. The campus servers play it, the checker knows from it what is true. The product never reads it.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from foundation.clock import SCHOOL_ZONE
from foundation.config import Strict, parse

FOLDER = Path(__file__).parent / "story"
ACTS_FILE = "acts.yaml"
STARTS_AT = datetime(2026, 12, 7, 8, 0, tzinfo=SCHOOL_ZONE).astimezone(UTC)  # a Monday; ten days cover a weekend
SITES = {  # name on our side → name in the ledger, as the school's sources write it
    "forum": "bbs.yunlu.example",
    "microblog": "weiyan.example",
    "letters": "xinxiang.yunlu.example",
    "news": "news.yunlu.example",
}
QUIET_KINDS = frozenset({"praise", "namesake"})  # must never alarm
KINDS = "^(original|copy|reworded|reply|repost|picture|chatter|praise|namesake|restricted)$"


def story_instant(value: Any) -> datetime:
    """Read `3 18:05` (day of the story, school time) as an aware UTC instant; seconds may follow."""
    if isinstance(value, datetime):
        return value
    day, _, clock_text = str(value).partition(" ")
    first = STARTS_AT.astimezone(SCHOOL_ZONE).replace(hour=0, minute=0)
    hour, minute, *second = (int(part) for part in clock_text.split(":"))
    since = timedelta(days=int(day) - 1, hours=hour, minutes=minute, seconds=second[0] if second else 0)
    return (first + since).astimezone(UTC)


StoryInstant = Annotated[datetime, BeforeValidator(story_instant)]


class Edit(Strict):
    """A later text of a post."""

    at: StoryInstant
    text: str


class OfficialReply(Strict):
    """An answer that stands on the message board."""

    at: StoryInstant
    unit: str
    text: str


class Entry(Strict):
    """One post of the story as it is written in YAML."""

    id: str
    at: StoryInstant
    site: str = Field(pattern="^(forum|microblog|letters|news)$")
    kind: str = Field(pattern=KINDS)
    author: str = ""
    title: str = ""
    text: str
    thread: str = ""  # forum: the opening post
    repost_of: str = ""  # microblog: the quoted original
    copy_of: str = ""
    category: str = ""
    pictures: int = 0
    views: int = 0
    reposts: int = 0
    comments: int = 0
    likes: int = 0
    edits: list[Edit] = []
    deleted_at: StoryInstant | None = None
    reply: OfficialReply | None = None
    planted: list[str] = []  # personal data that no store may hold
    help_first: list[str] = []  # words of a restricted post that nobody but the counsellor may see


class Event(Strict):
    """What the posts of one file are about, and how the school should take it."""

    id: str
    title: str
    level: str
    department: str
    course: str = Field(pattern="^(answered|unanswered|counselled)$")


class Chapter(Strict):
    """One file of the story."""

    event: Event | None = None
    posts: list[Entry]


class Act(Strict):
    """One person does one thing by the product's command line."""

    at: StoryInstant
    event: str
    by: str
    act: str
    options: dict[str, str] = {}


class ClosedHour(Strict):
    """A site is closed for visitors, with status 200, as real boards do it."""

    site: str
    from_: StoryInstant = Field(alias="from")
    to: StoryInstant
    well_again: StoryInstant  # the first round after it


class Promise(Strict):
    """One deadline of one case, counted by hand from the 制度, with the later steps of a case that nobody answers."""

    event: str
    rule: str
    due: StoryInstant
    to: str  # role that owes the act
    supervised: StoryInstant | None = None
    circular: StoryInstant | None = None


class Climb(Strict):
    """When a case of an event that waits for somebody climbs from desk to desk."""

    event: str
    at: list[StoryInstant]


class Wave(Strict):
    """When a threshold rule must fire for an event."""

    event: str
    at: StoryInstant


class Acts(Strict):
    """acts.yaml: what people do, what is due when, when a site is closed, when the story ends."""

    closed_site: ClosedHour
    calm_from: StoryInstant
    ends: StoryInstant
    deadlines: list[Promise]
    triage: list[Climb]
    receipts: list[Climb]
    thresholds: list[Wave]
    acts: list[Act]


class StoryPost(Strict):
    """One post with what its site adds: its own ids."""

    entry: Entry
    event: str  # event id, empty for posts that belong to none
    native: str  # id of the post on its site
    thread: str = ""  # forum: id of the thread

    @property
    def key(self) -> str:
        """The post's key in the ledger."""
        return f"{SITES[self.entry.site]}:{self.native}"

    def text_at(self, now: datetime) -> tuple[int, str]:
        """Return version and text at an instant."""
        shown = [edit for edit in self.entry.edits if edit.at <= now]
        return 1 + len(shown), shown[-1].text if shown else self.entry.text

    def exists_at(self, now: datetime) -> bool:
        """Return whether the post stands on its site at an instant."""
        gone = self.entry.deleted_at
        return self.entry.at <= now and (gone is None or now < gone)


class Story(Strict):
    """The whole story, in order of time."""

    posts: list[StoryPost]
    events: list[Event]
    acts: Acts

    def until(self, ends: datetime) -> "Story":
        """Return the story as it is when it ends at an instant."""
        return self.model_copy(update={"acts": self.acts.model_copy(update={"ends": ends})})

    def on(self, site: str) -> list[StoryPost]:
        """Return the posts of one site, oldest first."""
        return [post for post in self.posts if post.entry.site == site]

    def post(self, post_id: str) -> StoryPost:
        """Return one post by its id in the story (StopIteration when unknown)."""
        return next(post for post in self.posts if post.entry.id == post_id)

    def thread_of(self, post: StoryPost) -> StoryPost:
        """Return the opening post of a forum post's thread."""
        return self.post(post.entry.thread) if post.entry.thread else post


def read_story(folder: Path = FOLDER) -> Story:
    """Read and number the story.

    Raises:
        ConfigError: A file of the story is not what its record says.
    """
    chapters = [
        parse(Chapter, path.read_text(encoding="utf-8"), path.name)
        for path in sorted(folder.glob("*.yaml"))
        if path.name != ACTS_FILE
    ]
    acts = parse(Acts, (folder / ACTS_FILE).read_text(encoding="utf-8"), ACTS_FILE)
    entries = [(entry, chapter.event.id if chapter.event else "") for chapter in chapters for entry in chapter.posts]
    entries.sort(key=lambda pair: (pair[0].at, pair[0].id))
    events = [chapter.event for chapter in chapters if chapter.event]
    return Story(posts=list(_numbered(entries)), events=events, acts=acts)


def _numbered(entries: Iterable[tuple[Entry, str]]) -> Iterable[StoryPost]:
    """Give every post the id that its site would give it: counted up in order of time."""
    threads: dict[str, str] = {}
    counts = dict.fromkeys(SITES, 0)
    for entry, event in entries:
        counts[entry.site] += 1
        native = _native_id(entry, counts[entry.site])
        thread = ""
        if entry.site == "forum":
            opener = entry.thread or entry.id
            thread = threads.setdefault(opener, str(3001 + 7 * len(threads)))
        with_seconds = entry.model_copy(update={"at": entry.at + timedelta(seconds=counts[entry.site] * 7 % 60)})
        yield StoryPost(entry=with_seconds, event=event, native=native, thread=thread)


def _native_id(entry: Entry, count: int) -> str:
    day = entry.at.astimezone(SCHOOL_ZONE)
    if entry.site == "forum":
        return str(88_000 + count)
    if entry.site == "microblog":
        return f"52{int(entry.at.timestamp())}{count:04d}"
    if entry.site == "letters":
        return f"{day:%Y%m%d}{count:03d}"
    return f"{day:%Y/%m%d}/a{100 + count}.htm"
