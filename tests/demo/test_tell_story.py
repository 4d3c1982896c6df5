"""What a person reads of the demo."""

import pytest

from demo.collect_messages import Message
from demo.read_story import story_instant
from demo.tell_story import Teller, describe_fact, duration_text, show_ladder, show_messages, show_search


def fact(kind: str, subject: str = "HY-1", **data: object) -> dict[str, object]:
    return {"at": "2026-12-07T06:00:00+00:00", "kind": kind, "subject": subject, "data": data}


def test_each_day_has_one_heading(capsys: pytest.CaptureFixture[str]) -> None:
    teller = Teller(story_instant("10 18:00"))

    for text in ("1 08:00", "1 14:00", "6 09:00"):
        teller.move_to(story_instant(text))

    printed = capsys.readouterr().out
    assert printed.count("第 1 天") == 1
    assert "第 6 天　12月12日 星期六" in printed


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (fact("case.opened", level_code=2, restricted=False, title="麻辣烫"), "立案 HY-1【重大】麻辣烫"),
        (fact("case.opened", level_code=2, restricted=True, title=""), "（先救助，只告知心理老师）"),
        (fact("timer.step", step="督办", rule="Z1.6.2-1b"), "督办：HY-1（Z1.6.2-1b）"),
        (fact("timer.step", step="triage_2", rule="triage"), "无人研判"),
        (fact("rule.fired", says="120 分钟内听到 5 帖"), "120 分钟内听到 5 帖"),
        (fact("round.finished", "forum", outcome="ok", new=3, edited=1), "听 forum：新 3，改 1"),
        (fact("round.finished", "forum", outcome="site_closed"), "听 forum：站点关闭"),
        (fact("case.closed"), "办结归档：HY-1"),
    ],
)
def test_a_fact_is_one_chinese_line(told, words) -> None:
    assert words in describe_fact(told)


def test_quiet_rounds_and_unknown_facts_say_nothing() -> None:
    assert describe_fact(fact("round.finished", "news", outcome="nothing_new", new=0)) == ""
    assert describe_fact(fact("something.else")) == ""


def test_facts_are_printed_with_school_time(capsys: pytest.CaptureFixture[str]) -> None:
    Teller(story_instant("10 18:00")).tell_facts([fact("case.closed")])

    assert capsys.readouterr().out == "  14:00　办结归档：HY-1\n"


def test_messages_show_their_first_lines(capsys: pytest.CaptureFixture[str]) -> None:
    show_messages([Message("email", "a@x.example", "标题", "标题\n\n一\n二\n三\n四", story_instant("1 14:00"))])

    printed = capsys.readouterr().out
    assert "2026-12-07 14:00 邮件 → a@x.example：标题" in printed
    assert "三" in printed
    assert "四" not in printed


def test_one_clock_is_shown_from_reminder_to_the_draft_with_its_messages(capsys: pytest.CaptureFixture[str]) -> None:
    words = [
        ("remind_50", "剩 2 小时，请按时回应"),
        ("due", "时限已到"),
        ("催办", "【催办】"),
        ("督办", "【督办】"),
        ("通报", "【通报草稿】"),
    ]
    facts, messages = [], []
    for day, (step, title) in enumerate(words, 1):
        at = story_instant(f"{day} 14:00")
        for number, case_no in enumerate(("HY-1", "HY-2"), 1):
            data = {"step": step, "rule": "Z1.6.2-1b", "timer_id": number}
            if (case_no, step) != ("HY-2", "通报"):
                facts.append({"at": at.isoformat(), "kind": "timer.step", "subject": case_no, "data": data})
                messages.append(Message("email", "a@x.example", f"{title} {case_no}", "时限：Z1.6.2-1b", at))
    show_ladder(facts, messages)
    printed = capsys.readouterr().out

    assert "HY-2" not in printed
    places = [printed.index(f"{title} HY-1") for _step, title in words]
    assert places == sorted(places)
    show_ladder(facts[:4], messages)
    assert capsys.readouterr().out == ""


def test_a_long_search_is_cut(capsys: pytest.CaptureFixture[str]) -> None:
    show_search("词", "\n".join(str(number) for number in range(9)), limit=2)

    assert "（共 9 行）" in capsys.readouterr().out


def test_seconds_read_as_minutes() -> None:
    assert duration_text(125.4) == "2 分 05 秒"
