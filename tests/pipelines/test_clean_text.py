import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.items import Page, Post
from pipelines.clean_text import CleanText, clean, clean_text, has_words

ROOT = Path(__file__).parents[2]
CASES = [
    ("食堂&nbsp;二楼&amp;三楼", "食堂 二楼&三楼"),
    ("&amp;lt;建议&amp;gt;", "<建议>"),
    ("热\u200b水\ufeff停\u2060了", "热水停了"),
    ("cafe\u0301 开门", "café 开门"),
    ("\u3000\u3000今天\t停水", "今天 停水"),
    ("一\r\n\r\n\r\n\r\n二", "一\n\n二"),
    ("好吃！（真的）……", "好吃！（真的）……"),
    ("开心😀👍🏻", "开心😀👍🏻"),
    ("一家👨\u200d👩\u200d👧来校", "一家👨\u200d👩\u200d👧来校"),
    ("本帖最后由 云中客 于 2026-3-5 10:30 编辑\n宿舍没有热水", "宿舍没有热水"),
    ("[ 本帖最后由 云中客 于 2026-3-5 10:30 编辑 ] 求助", "求助"),
    ("求助图书馆座位\n来自: iPhone客户端", "求助图书馆座位"),
    ("食堂太挤了。来自安卓客户端", "食堂太挤了。"),
    ("网络很慢\n发自我的iPad", "网络很慢"),
    ("网络很慢\n签名档：山高水长", "网络很慢"),
    ("路灯坏了 下载附件 (35.2 KB) 2026-3-5 10:30 上传", "路灯坏了"),
    ("坏了的\ud800字", "坏了的字"),
    ("大家编辑的来自客户端的消息都很好", "大家编辑的来自客户端的消息都很好"),
    ("请展开调查", "请展开调查"),
    ("  ", ""),
]


@pytest.mark.parametrize(("raw", "expected"), CASES)
def test_text_reads_as_people_read_it(raw, expected):
    assert clean(raw) == expected


@given(st.text())
def test_cleaning_twice_changes_nothing_more_for_plain_text(text):
    once = clean(text.replace("&", ""))

    assert clean(once) == once


@pytest.mark.parametrize("content", ["", "[图片]", "[图片][图片]", "😀", "IMG_01.jpg", "……"])
def test_pictures_without_words_need_eyes(content):
    post = Post(content=content, pictures=2)

    clean_text([post])

    assert post.outcome == "needs_eyes"


def test_pictures_with_words_are_judged_by_their_words():
    post = Post(content="看图，饭里有虫 [图片]", pictures=1)

    clean_text([post])

    assert post.outcome == ""


@pytest.mark.parametrize(
    "content",
    [
        "[图片]",
        "【图片】",
        "(图)",
        "（图片1）",
        "分享图片",
        "分享了3张照片",
        "如图",
        "见图。",
        "图片",
        "[图片]\n[图片] 😀",
        "照片.jpg",
    ],
)
def test_a_mark_in_place_of_a_picture_is_a_picture(content):
    post = Post(content=content)

    clean_text([post])

    assert post.outcome == "needs_eyes"


@pytest.mark.parametrize(
    "content", ["图书馆停电 [图片]", "分享图片给大家看食堂的虫", "看图，饭里有虫", "（图书馆）", "图片打不开"]
)
def test_words_beside_a_picture_mark_speak(content):
    post = Post(content=content)

    clean_text([post])

    assert post.outcome == ""


def test_no_words_and_no_pictures_is_not_a_picture_post():
    post = Post(content="……", pictures=0)

    clean_text([post])

    assert post.outcome == ""


def test_all_text_fields_are_cleaned():
    post = Post(title="停&amp;水", content="a\u200bb", quote="c\u200bd", official_reply="e\u3000f")

    clean_text([post])

    assert (post.title, post.content, post.quote, post.official_reply) == ("停&水", "ab", "cd", "e f")


def test_signs_and_emoji_are_not_words():
    assert not has_words("？！😀")
    assert has_words("😀好")


@pytest.mark.parametrize(
    ("text", "is_read"),
    [
        ("[图片1]【视频】\n如上图所示：", False),
        ("[图片1]好【视频】", True),
        ("！！[图片]\nIMG_2026.jpg", False),
        ("[图片]\n看图\n食堂", True),
        ("如图书馆", True),
    ],
)
def test_marks_of_pictures_in_a_row_are_no_words(text, is_read):
    assert has_words(text) is is_read


def test_the_step_cleans_a_page():
    page = Page("campus_forum", "http://bbs.yunlu.test/", datetime(2026, 3, 5, tzinfo=UTC), [Post(content=" 一 ")])

    assert CleanText().process_item(page).posts[0].content == "一"


@pytest.mark.parametrize("fields", [{"floor": 4}, {"thread_key": "t9", "key": "p31"}])
def test_a_reply_of_pictures_needs_eyes_although_it_carries_its_threads_title(fields):
    post = Post(title="五号楼着火了", content="[图片]", pictures=2, **fields)

    clean_text([post])

    assert post.outcome == "needs_eyes"


def test_a_title_of_ones_own_speaks_for_the_pictures():
    post = Post(title="五号楼着火了", content="", pictures=2, floor=1, key="p1", thread_key="t9")

    clean_text([post])

    assert post.outcome == ""


LONG_TEXTS = """
from pipelines.clean_text import clean, has_words
marks = "本帖最后由 编辑 来自 发自我的 iPhone 签名档： 您需要 登录 下载附件 ( 2026-3-5 上传 "
marks += "点击查看 收起 展开全文 复制代码 分享到 楼主 | 只看该作者 回复 举报"
for mark in marks.split():
    for text in (mark * (100_000 // len(mark)), mark + " " * 20_000 + "x", mark + "&amp;nbsp;" * 20_000 + "x"):
        clean(text)
        has_words(text)
    clean(mark + "\\u3000" * 20_000 + "x")
    clean("\\n " * 20_000 + mark)
    clean((mark + " ") * 20_000)
print("done")
"""


def test_no_text_however_long_and_empty_holds_up_the_round():
    child = subprocess.run([sys.executable, "-c", LONG_TEXTS], cwd=ROOT, capture_output=True, text=True, timeout=60)

    assert child.stdout == "done\n", child.stderr


def test_a_site_mark_is_found_also_between_many_spaces_and_lines():
    assert clean("宿舍没有热水" + " " * 900 + "\n \n \n\n来自" + "\u3000" * 900 + "安卓客户端") == "宿舍没有热水"


def test_a_character_number_of_thousands_of_digits_is_dropped():
    assert clean("停水&#" + "9" * 5000 + ";了&amp;#" + "9" * 5000 + ";&#20320;") == "停水了你"
