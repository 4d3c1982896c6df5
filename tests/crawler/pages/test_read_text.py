"""Text of elements as a reader sees it."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from crawler.pages.read_text import drop_all, drop_nodes, text_and_pictures, text_of, title_of


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<span>2026</span><span>年</span><span>3</span><span>月</span>", "2026年3月"),
        ("一<br>二<br/>\n<br>三", "一\n二\n三"),
        ("<p>甲</p><p>乙</p>", "甲\n乙"),
        ("前<script>var x=1</script><style>p{}</style>后", "前后"),
        ("夹生\u200b了\xa0 吗", "夹生了 吗"),
        ('好<img alt="[泪]" src="x"><img alt="图" src="y">', "好[泪]"),
        ("<ul><li>甲<ul><li>乙</li></ul></li></ul>", "甲\n乙"),
        ("没有<b>关上的标签", "没有关上的标签"),
        ("", ""),
    ],
)
def test_markup_becomes_lines(html: str, text: str) -> None:
    assert text_of(LexborHTMLParser(f"<div id=x>{html}</div>").css_first("#x")) == text


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p><img src=a.jpg></p>", ("", 1)),
        ("停水<br><img src=a.jpg file=a.jpg><img src=b.jpg>", ("停水", 2)),
        ('好<img alt="[泪]" src="x">', ("好[泪]", 0)),
        ("没有标签", ("没有标签", 0)),
        ("", ("", 0)),
    ],
)
def test_pictures_are_counted_beside_the_text_but_not_emoji(html: str, expected: tuple[str, int]) -> None:
    assert text_and_pictures(html) == expected


def test_no_element_is_no_text() -> None:
    assert text_of(None) == ""


def test_noise_inside_noise_is_dropped_once() -> None:
    tree = LexborHTMLParser("<div id=x>留<i class=a><i class=a>去</i></i><b class='a tip'>去</b></div>")
    node = tree.css_first("#x")
    assert node is not None

    drop_all(node, ".a, .tip")

    assert node.text() == "留"


def test_given_nodes_are_dropped_with_all_that_they_hold() -> None:
    node = LexborHTMLParser("<div id=x>留<p>去<b>去</b></p><i>留</i></div>").css_first("#x")
    assert node is not None

    drop_nodes(node, {found.mem_id for found in node.css("p, b")})

    assert node.text() == "留留"


def test_the_title_is_one_line() -> None:
    assert title_of(LexborHTMLParser("<title> 校园\n 生活 </title>")) == "校园 生活"


def test_thousands_of_paragraphs_are_read_one_by_one() -> None:
    tree = LexborHTMLParser("<body>" + "<p>字</p>" * 20_000 + "</body>")

    assert text_of(tree.body).count("\n") == 19_999
