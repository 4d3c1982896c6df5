"""Letter ids, states and labels; whole pages are in tests/fixtures/message_board."""

from collections.abc import Callable

from crawler.items import Post
from crawler.pages.message_board_page import read_board, read_letter, state_of
from crawler.pages.parsed_page import ParsedPage

Read = Callable[..., ParsedPage]


def test_labels_are_matched_whatever_pads_them(read: Read) -> None:
    html = "<dl><dt>标&nbsp;&nbsp;&nbsp;&nbsp;题：</dt><dd>断电</dd><dt>【来信内容】</dt><dd>几点？</dd></dl>"

    post = read(read_letter, html).posts[0]

    assert (post.title, post.content) == ("断电", "几点？")


def test_a_picture_letter_is_kept_with_its_pictures_counted(read: Read) -> None:
    html = "<table><tr><td>标题：</td><td>看图</td></tr><tr><td>内容：</td><td><img src=a><img src=b></td></tr></table>"

    post = read(read_letter, html).posts[0]

    assert (post.content, post.pictures) == ("", 2)


def test_a_letter_without_content_is_a_changed_layout(read: Read) -> None:
    assert not read(read_letter, "<p>换了样子，请从左侧进入各个栏目查看来信。</p>" * 30).is_known_layout


def test_rows_that_are_mostly_link_are_a_list_and_no_messages(read: Read) -> None:
    rows = "".join(f'<li><a href="/v/{n}">关于热水供应时间的第{n}封信</a><i>2026-10-0{n}</i></li>' for n in (1, 2, 3))

    page = read(read_board, f"<ul>{rows}</ul>")

    assert [row.thread_key for row in page.rows] == ["1", "2", "3"]
    assert page.posts == []


def test_the_state_of_a_message_changes_with_its_answer() -> None:
    assert state_of(Post(content="几点？")) != state_of(Post(content="几点？", official_reply="十点"))


def test_the_answering_office_stands_before_the_answer_and_a_person_does_not(read: Read) -> None:
    table = "<table><tr><td>内容：</td><td>几点？</td></tr><tr><td>回复：</td><td>十点。</td></tr>{}</table>"
    office = table.format("<tr><td>回复单位：</td><td>学生工作处</td></tr><tr><td>满意度：</td><td>满意</td></tr>")
    person = table.format("<tr><td>回复人：</td><td>岑雨舟</td></tr>")

    assert read(read_letter, office).posts[0].official_reply == "学生工作处：十点。\n满意度：满意"
    assert read(read_letter, person).posts[0].official_reply == "十点。"


def test_rows_by_selectors_that_find_nothing_are_a_changed_layout(read: Read) -> None:
    options = {"list_selectors": {"row": "li.gone"}}

    assert not read(read_board, "<ul><li>换了样子</li></ul>" * 99, options=options).is_known_layout
