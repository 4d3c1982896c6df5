"""Lists of letters in three forms; whole pages are in tests/fixtures/message_board."""

from selectolax.lexbor import LexborHTMLParser

from crawler.pages.letter_list import read_list_by_selectors, read_list_object, read_list_table

URL = "http://a.example/list.do"
OBJECT = {"list_object": {"rows": "data.list", "number": "id", "title": "t"}, "letter_address": "v?id={number}"}


def test_a_table_of_labels_is_no_list() -> None:
    tree = LexborHTMLParser("<table><tr><td>标题：<td>断电<tr><td>内容：<td>几点？</table>")

    assert read_list_table(tree, URL, {}) is None


def test_a_row_without_a_way_to_its_letter_costs_itself_only() -> None:
    head = "<table><tr><th>编号<th>标题<th>状态"
    tree = LexborHTMLParser(f'{head}<tr><td>1<td>无<td>待受理<tr><td>2<td><a href="v?id=2">有</a><td>待受理</table>')
    page = read_list_table(tree, URL, {})

    assert page is not None
    assert [(row.thread_key, row.title, row.settled) for row in page.rows] == [("2", "有", False)]


def test_the_whole_title_stands_in_the_links_title() -> None:
    tree = LexborHTMLParser('<ul><li><b><a href="/v?id=2" title="很长的题目">很长…</a></b></ul>')
    page = read_list_by_selectors(tree, URL, {"list_selectors": {"row": "li", "title": "b"}})

    assert page is not None
    assert page.rows[0].title == "很长的题目"


def test_an_object_of_another_form_is_no_list() -> None:
    assert read_list_object("{data:{list:null}}", URL, OBJECT) is None
    assert read_list_object("<html>请先登录</html>", URL, OBJECT) is None
    assert read_list_object("{data:{list:[]}}", URL, {}) is None


def test_rows_of_an_object_without_number_are_left_out() -> None:
    page = read_list_object("{data:{list:[{id:7,t:'断电'},{t:'无号'},'怪',null]}}", URL, OBJECT)

    assert page is not None
    assert [(row.thread_key, row.url, row.title) for row in page.rows] == [("7", "http://a.example/v?id=7", "断电")]
