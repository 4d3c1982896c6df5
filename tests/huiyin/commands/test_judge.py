"""Tests of `huiyin judge`: JSON Lines in, one answer a line out, nothing stored."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from huiyin.cli import main
from huiyin.commands.judge import post_of

SCHOOL = Path(__file__).parents[3] / "school"
FIELDS = {
    "id", "relevant", "relevance", "category", "topics", "level", "score", "reasons", "counterfactual", "departments",
    "restricted", "text",
}  # fmt: skip


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """No ./school and no $HUIYIN_SCHOOL."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HUIYIN_SCHOOL", raising=False)


def judge(tmp_path, capsys, lines, *options):
    file = tmp_path / "posts.jsonl"
    file.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), encoding="utf-8")
    code = main(["judge", str(file), *options])
    out, err = capsys.readouterr()
    return code, out, err


def answers(out):
    return [json.loads(line) for line in out.splitlines()]


def test_each_post_gets_one_line_with_all_fields(tmp_path, capsys):
    rows = [{"id": 7, "text": "宿舍停水三天没人管，电话13812345678"}, {"id": "b", "text": "出一台九成新显示器"}]
    code, out, _ = judge(tmp_path, capsys, rows, "--json")
    first, second = answers(out)

    assert code == 0
    assert set(first) == set(second) == FIELDS
    assert (first["id"], first["level"], first["category"]) == (7, "一般", "投诉")
    assert first["departments"][0] == "后勤处"
    assert "13812345678" not in first["text"]
    assert first["reasons"][0].keys() == {"rule", "title", "points", "words"}
    assert (second["id"], second["relevant"], second["level"], second["departments"]) == ("b", False, "无", [])


def test_an_id_is_given_back_as_it_came(tmp_path, capsys):
    _, out, _ = judge(tmp_path, capsys, [{"id": 10**23, "text": "停电"}], "--json")

    assert f'"id": {10**23},' in out


def test_without_json_it_is_readable_chinese(tmp_path, capsys):
    rows = [{"id": 1, "text": "走廊电线裸露没人管"}, {"id": 2, "text": "我不想活了"}, {"id": 3, "text": "代写论文"}]
    _, out, _ = judge(tmp_path, capsys, rows)

    assert "重大" in out
    assert "若没有" in out
    assert "先救助" in out
    assert "与本校无关" in out


def test_bad_lines_are_told_and_the_others_go_on(tmp_path, capsys):
    lines = ["不是 JSON", "[1]", '{"id": 1}', '{"id": 2, "text": 5}', {"id": 3, "text": "宿舍停电"}]
    code, out, err = judge(tmp_path, capsys, lines, "--json")

    assert code == 1
    assert [answer["id"] for answer in answers(out)] == [3]
    assert [f"第 {number} 行" in err for number in (1, 2, 3, 4, 5)] == [True, True, True, True, False]


@pytest.mark.parametrize(
    "field",
    [
        {"published_at": "很久以前"},
        {"published_at": {}},
        {"published_at": True},
        {"published_at": 12},
        {"reposts": "a"},
        {"replies": "很多"},
        {"likes": True},
        {"views": -3},
        {"title": 5},
        {"site_kind": ["论坛"]},
    ],
)
def test_a_field_that_cannot_be_read_is_told_once_and_the_post_is_judged(tmp_path, capsys, field):
    code, out, err = judge(tmp_path, capsys, [{"id": 1, "text": "宿舍停电没人管"} | field], "--json")

    assert code == 0
    assert answers(out)[0]["level"] == "一般"
    assert err.count("第 1 行") == 1
    assert next(iter(field)) in err


@pytest.mark.parametrize(
    "field",
    [
        *({"published_at": written} for written in ("昨天", "3小时前", "2026-03-05 10:00", "2026年3月5日", 1769999999)),
        *({"published_at": written} for written in (1769999999000, "2026-03-05T10:00:00Z", "", None)),
        *({"likes": written} for written in ("1.2万", "1,024", 3.0, "赞 12", "")),
    ],
)
def test_times_and_counts_are_read_as_pages_write_them(tmp_path, capsys, field):
    code, out, err = judge(tmp_path, capsys, [{"id": 1, "text": "宿舍停电没人管"} | field], "--json")

    assert (code, err, answers(out)[0]["level"]) == (0, "", "一般")


def test_a_time_is_always_aware():
    now = datetime(2026, 3, 6, 8, tzinfo=UTC)
    written = ("昨天 10:00", "2026-03-05T10:00:00", "2026-03-05T10:00:00+08:00", 1772676000, 1772676000000)
    read = [post_of({"text": "停电", "published_at": each}, now)[0].published_at for each in written]

    assert set(read) == {datetime(2026, 3, 5, 2, tzinfo=UTC)}


def test_alike_posts_with_and_without_a_zone_are_judged_together(tmp_path, capsys):
    text = "三食堂又停水了，没人管，宿舍也停水三天了"
    rows = [{"text": text, "published_at": each} for each in ("2026-03-05T10:00:00+08:00", "2026-03-05T10:00:00")]
    code, out, err = judge(tmp_path, capsys, rows, "--json")

    assert (code, err) == (0, "")
    assert len(answers(out)) == 2


def test_a_count_in_words_is_that_number(tmp_path, capsys):
    _, out, _ = judge(tmp_path, capsys, [{"text": "宿舍停水没人管", "reposts": "1.2万"}], "--json")

    assert answers(out)[0]["level"] == "重大"


@pytest.mark.parametrize(
    "row",
    [
        *(
            {"text": text}
            for text in ("[图片]", "<p><img src=a.jpg></p>", "[图片][图片]", "【图片】", "(图)", "分享图片")
        ),
        *(
            {"text": text}
            for text in ("&lt;img src=a.jpg&gt;", "<div><br><img src='a.jpg'/></div>", "😀[图片]", "图片")
        ),
        {"text": "", "pictures": 2},
        {"text": "……", "pictures": "3"},
        {"title": "[图]", "text": "[图片1] [图片2]"},
    ],
)
def test_pictures_alone_wait_for_eyes(tmp_path, capsys, row):
    code, out, err = judge(tmp_path, capsys, [{"id": 1} | row], "--json")
    (answer,) = answers(out)
    _, readable, _ = judge(tmp_path, capsys, [{"id": 1} | row])

    assert (code, err) == (0, "")
    assert set(answer) == FIELDS
    assert (answer["level"], answer["score"], answer["counterfactual"]) == ("待看", 0, "")
    assert answer["reasons"] == [{"rule": "needs_eyes", "title": "只有图片，待人看", "points": 0, "words": []}]
    assert readable == "1　只有图片，待人看\n"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("<p>食堂&nbsp;吃出虫子</p><img src=1.png>", "食堂 吃出虫子"),
        ("宿舍停电<br>没人管", "宿舍停电\n没人管"),
        ("&lt;p&gt;宿舍停电&lt;/p&gt;", "宿舍停电"),
        ("宿舍停电，看图 [图片]", "宿舍停电，看图 [图片]"),
        ("宿舍停电\n<b>没人管</b>", "宿舍停电\n没人管"),
        ("若 a<b 且 c>d，宿舍停电", "若 a<b 且 c>d，宿舍停电"),
    ],
)
def test_markup_is_no_text_and_words_are_judged(tmp_path, capsys, text, plain):
    _, out, _ = judge(tmp_path, capsys, [{"id": 1, "text": text}], "--json")

    assert (answers(out)[0]["text"], answers(out)[0]["level"]) == (plain, "一般")


def test_counts_and_site_kind_matter(tmp_path, capsys):
    text = "宿舍停水没人管"
    rows = [
        {"text": text, "reposts": 100},
        {"text": text, "replies": "200", "published_at": "2026-03-05T10:00:00+08:00"},
        {"text": "演练模拟宿舍起火，圆满结束", "site_kind": "news"},
    ]
    _, out, _ = judge(tmp_path, capsys, rows, "--json")

    assert [answer["level"] for answer in answers(out)] == ["重大", "重大", "无"]
    assert [answer["id"] for answer in answers(out)] == [1, 2, 3]


def test_a_named_school_has_its_own_departments(tmp_path, capsys, monkeypatch):
    rows = [{"id": 1, "text": "校园网连不上，账号登录不上"}]
    _, by_option, _ = judge(tmp_path, capsys, rows, "--json", "--school", str(SCHOOL))
    monkeypatch.setenv("HUIYIN_SCHOOL", str(SCHOOL))
    _, by_variable, _ = judge(tmp_path, capsys, rows, "--json")

    assert answers(by_option)[0]["departments"][0] == "计算机网络中心"
    assert by_option == by_variable


def test_a_school_or_a_file_that_is_not_there_is_told(tmp_path, capsys):
    missing = tmp_path / "nowhere"

    assert main(["judge", "x.jsonl", "--school", str(missing)]) == 2
    assert str(missing) in capsys.readouterr().err
    assert main(["judge", "x.jsonl"]) == 2
    assert "x.jsonl。检查路径与权限：没有这个文件或文件夹" in capsys.readouterr().err


def test_an_empty_file_is_no_mistake(tmp_path, capsys):
    assert judge(tmp_path, capsys, [""], "--json") == (0, "", "")
