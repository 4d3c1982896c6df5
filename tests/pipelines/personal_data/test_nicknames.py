"""Tests of names behind the sign @: they go, what is said stays; offices and mailboxes are not people's names."""

import pytest

from crawler.items import Post
from pipelines.drop_personal_data import drop_personal_data, redact
from pipelines.normalise_text import normalise
from pipelines.personal_data.nicknames import is_office_name

GONE = "@\u3014昵称\u3015"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("饭里有虫 @北岸星河 快来看", f"饭里有虫 {GONE} 快来看"),
        ("回复 @十三画生: 对的", f"回复 {GONE}: 对的"),
        ("同感//@阿狸不吃鱼:我也吃到了//@KittyQwe9：是", f"同感//{GONE}:我也吃到了//{GONE}：是"),
        ("hi@北岸星河 看看", f"hi{GONE} 看看"),
        ("＠橘子·汽水_99-a！", f"＠{GONE[1:]}！"),
    ],
)
def test_a_name_behind_the_sign_goes(text: str, left: str) -> None:
    assert redact(text).text == left


@pytest.mark.parametrize("text", ["@云麓学院后勤处 请处理", "@后勤处请处理热水", "jwc@yunlu.edu.cn", "单价5元@", "@"])
def test_offices_and_office_mailboxes_stay(text: str) -> None:
    assert redact(text).text == text


def test_a_private_mailbox_is_a_mailbox() -> None:
    assert [span.kind for span in redact("发到yunxiao@163.com吧").spans] == ["邮箱"]


def test_a_nickname_that_is_no_office_is_none() -> None:
    assert [is_office_name(name) for name in ("学院路小霸王", "后勤处", "北岸星河")] == [False, True, False]


def test_all_texts_of_a_post_lose_their_nicknames() -> None:
    post = Post(title="饭 @暮色里的猫", content="@北岸星河", quote="@橘子汽水99：饭", official_reply="@凌霄子墨 您好")
    drop_personal_data([post])

    assert (post.title, post.content) == (f"饭 {GONE}", GONE)
    assert (post.quote, post.official_reply) == (f"{GONE}：饭", f"{GONE} 您好")


def test_redacting_twice_changes_nothing() -> None:
    once = redact("同感//@阿狸不吃鱼:我也吃到了").text

    assert redact(once).text == once


@pytest.mark.parametrize("copy", ["同感//@阿狸不吃鱼:{}", "{} @北岸星河", "@北岸星河、{}", "{}@北岸星河？"])
def test_a_copy_with_a_mention_stays_a_copy(copy: str) -> None:
    words = "二食堂的饭菜里有虫子同学们都很不满希望后勤尽快处理"

    assert normalise(redact(copy.format(words)).text) == normalise(words)
