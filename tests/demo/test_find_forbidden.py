"""What must not be there is found wherever it stands."""

import sqlite3
from dataclasses import replace

from demo.find_forbidden import find_forbidden
from demo.read_story import Story
from tests.demo.faithful_product import Faithful


def search(story: Story, faithful: Faithful, shown: dict[str, str] | None = None) -> list[str]:
    return find_forbidden(story, faithful.truth, faithful.ledger, faithful.messages, shown or {})


def change(faithful: Faithful, sql: str, *values: object) -> None:
    with sqlite3.connect(faithful.ledger.path) as connection:
        connection.execute(sql, values)
    connection.close()


def test_a_faultless_product_leaves_nothing(story: Story, faithful: Faithful) -> None:
    assert search(story, faithful) == []


def test_a_planted_phone_in_the_ledger_is_found(story: Story, faithful: Faithful) -> None:
    key = story.post("canteen-1").key
    change(faithful, "UPDATE post SET content = '打 13955504321' WHERE key = ?", key)

    assert any("canteen-1 的个人信息在 huiyin.sqlite3" in finding for finding in search(story, faithful))


def test_a_nickname_in_a_log_is_found(story: Story, faithful: Faithful) -> None:
    log = faithful.ledger.path.with_name("round.log")
    log.write_text("读到 半块橡皮0417 的帖子", encoding="utf-8")

    assert search(story, faithful) == ["1 个网名在 round.log"]


def test_help_first_words_may_stand_in_their_own_row_only(story: Story, faithful: Faithful) -> None:
    key, words = story.post("restricted-1").key, story.post("restricted-1").entry.help_first[0]
    change(faithful, "UPDATE post SET title = ? WHERE key = ?", words, key)
    clean = search(story, faithful)
    change(faithful, "UPDATE case_file SET title = ? WHERE restricted", words)

    assert clean == []
    assert search(story, faithful) == ["先救助帖 restricted-1 的文字在 表 case_file"]


def test_help_first_words_in_a_message_or_on_screen_are_found(story: Story, faithful: Faithful) -> None:
    words = story.post("restricted-1").entry.help_first[1]
    faithful.messages[0] = replace(faithful.messages[0], text=words)

    findings = search(story, faithful, {"huiyin search": words})

    assert findings == ["先救助帖 restricted-1 的文字在 消息 1", "先救助帖 restricted-1 的文字在 huiyin search"]


def test_a_help_first_post_in_the_index_is_found(story: Story, faithful: Faithful) -> None:
    key = story.post("restricted-1").key
    change(
        faithful,
        "INSERT INTO post_tokens SELECT post_id, '词', '词', '词', '词' FROM post WHERE key = ?",
        key,
    )

    assert search(story, faithful) == ["先救助帖 restricted-1 在索引里"]


def test_praise_that_alarms_is_found(story: Story, faithful: Faithful) -> None:
    change(faithful, "UPDATE post SET level_code = 1 WHERE key = ?", story.post("praise-2").key)

    assert search(story, faithful) == ["表扬或重名的帖子报了警：praise-2"]


def test_a_request_against_robots_is_found(story: Story, faithful: Faithful) -> None:
    faithful.truth["forbidden_requests"].append({"site": "forum", "path": "/search.php"})

    assert search(story, faithful) == ["robots.txt 禁止的请求 forum/search.php"]
