"""Tests of one source for people: registration, rounds, robots."""

from huiyin.describe_source import robots_lines, source_lines

VALUES = {
    "source": "forum", "title": "校园论坛", "url": "https://bbs.example/", "owner": "徐松柏", "interval_minutes": 60,
    "expected_posts_per_day": [5, 200], "terms": ["云麓"], "outcome": "blocked_by_robots",
    "outcome_title": "robots 不允许", "alarm": "帖文少于预期", "due_at": None, "robots": {}, "rounds": [],
}  # fmt: skip


def test_the_lines_say_who_how_often_how_much_and_what_to_do():
    lines = source_lines(VALUES)

    assert lines[0] == "forum　校园论坛　https://bbs.example/"
    assert "负责人 徐松柏　每 60 分钟一轮　预期每天 5 到 200 帖" in lines[1]
    assert "现在 robots 不允许　下轮 —　帖文少于预期" in lines[2]
    assert lines[3] == "  检索词 云麓"
    assert lines[-1].startswith("下一步　网站不许抓取，不会绕过")


def test_a_round_is_one_line_with_what_was_strange():
    each = {"finished_at": "2026-10-12 10:00", "title": "没有新帖", "alarm": "帖文少于预期", "note": ""}
    each |= {"new": 0, "edited": 1, "vanished": 2, "requests": 3}

    assert "  2026-10-12 10:00　没有新帖　新 0 改 1 消失 2 请求 3　帖文少于预期" in source_lines(
        VALUES | {"rounds": [each]}
    )


def test_a_round_of_a_search_page_says_what_each_term_found():
    each = {"finished_at": "2026-10-12 10:00", "title": "正常", "alarm": "", "note": "", "new": 2, "edited": 0}
    each |= {"vanished": 0, "requests": 3, "searched": {"云麓学院": 2, "麓园": 0}}

    assert source_lines(VALUES | {"rounds": [each]})[4].endswith("请求 3　检索 云麓学院 2、麓园 0")


def test_robots_decisions_are_counted_by_host_with_the_first_refused_paths():
    one = {"rules": "robots.txt 回应 200", "allowed": 4, "refused": 1, "paths": ["/api/x"]}

    assert robots_lines({"http://b": one, "http://a": one | {"refused": 0, "paths": []}}) == [
        "http://a　robots.txt 回应 200　放行 4　不许 0",
        "http://b　robots.txt 回应 200　放行 4　不许 1（/api/x）",
    ]
