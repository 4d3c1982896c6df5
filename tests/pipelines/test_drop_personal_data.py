from datetime import UTC, datetime
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from crawler.items import Page, Post
from pipelines.drop_personal_data import MARK, DropPersonalData, _apart, drop_personal_data, redact, redact_together
from pipelines.personal_data.reading import Span

PIECES = st.sampled_from(
    [
        "室友张伟",
        "13800138000",
        "食堂二楼",
        "，",
        "一三八零零一三八零零零",
        "yun@163.com",
        "微信yunxiao88",
        "住在7栋402",
        "😀",
        "\n",
    ]
)


def test_a_mark_says_what_was_removed():
    assert redact("打13800138000").text == "打" + MARK.format("手机号")


def test_offsets_are_code_points_of_the_input():
    text = "😀😀我叫林小雨，vx: yunxiao88"

    assert [text[start:end] for start, end, _ in redact(text).spans] == ["林小雨", "yunxiao88"]


def test_a_text_without_personal_data_is_the_same():
    assert redact("食堂二楼的菜太咸了").text == "食堂二楼的菜太咸了"
    assert redact("食堂二楼的菜太咸了").spans == []


def test_a_name_in_the_text_goes_from_the_title_too():
    title, text = redact_together(["张小明在食堂插队", "辅导员说他是张小明同学"])

    assert "张小明" not in title.text + text.text


def test_all_text_fields_of_a_post_are_redacted():
    post = Post(title="找13800138000", content="叫：张小明，", quote="张小明说", official_reply="已联系13800138000")

    drop_personal_data([post])

    stored = post.title + post.content + post.quote + post.official_reply
    assert "张小明" not in stored
    assert "138" not in stored


def test_a_name_of_one_post_says_nothing_about_another():
    posts = [Post(content="室友张伟半夜打游戏"), Post(content="张伟的歌单")]

    drop_personal_data(posts)

    assert posts[1].content == "张伟的歌单"


@given(st.lists(PIECES, max_size=8).map("".join))
def test_redacting_twice_changes_nothing_more(text):
    once = redact(text).text

    assert redact(once).text == once


@given(st.lists(PIECES, max_size=8).map("".join))
def test_spans_are_in_order_and_apart(text):
    spans = redact(text).spans

    assert all(left.end <= right.start for left, right in pairwise(spans))
    assert all(0 <= span.start < span.end <= len(text) for span in spans)


@given(st.text(max_size=200))
def test_any_text_can_be_read(text):
    assert isinstance(redact(text).text, str)


def test_the_step_redacts_a_page():
    page = Page(
        "campus_forum", "http://bbs.yunlu.test/", datetime(2026, 3, 5, tzinfo=UTC), [Post(content="13800138000")]
    )

    assert DropPersonalData().process_item(page).posts[0].content == MARK.format("手机号")


def test_of_two_kinds_at_one_place_the_first_found_is_named():
    """In no order of its own: what a removed number is called would differ from process to process."""
    mobile, wechat = Span(3, 14, "手机号"), Span(3, 14, "微信号")

    assert _apart([wechat, mobile]) == [wechat]
    assert _apart([mobile, wechat]) == [mobile]
    assert redact("加微信 13812345678 联系").text == "加微信 〔微信号〕 联系"
