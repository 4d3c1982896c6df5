"""What rules share: keys, subjects, findings."""

from datetime import UTC, datetime

from alerts.rule import Heard, find_in, keys_of, name_of

POST = Heard(
    7, datetime(2026, 10, 8, tzinfo=UTC), event_id=3, title="题", topics=("校园安全", "师德师风"), source_id="forum"
)


def test_a_post_counts_for_its_event_topics_source_and_the_school():
    assert [keys_of(POST, per) for per in ("event", "topic", "source", "school")] == [
        ["event:3"], ["topic:校园安全", "topic:师德师风"], ["source:forum"], ["school"],
    ]  # fmt: skip
    assert keys_of(POST, "topic", "师德师风") == ["topic:师德师风"]


def test_keys_are_said_as_people_read_them():
    assert [name_of(key) for key in ("event:3", "topic:校园安全", "school")] == ["同一事件", "主题“校园安全”", "全校"]


def test_a_finding_names_the_event_or_else_the_post():
    assert find_in(POST, "k", "x").title == "题"
    assert POST.subject == "event:3"
    assert Heard(7, POST.heard_at).subject == "post:7"
    assert "author" not in Heard.__dataclass_fields__
