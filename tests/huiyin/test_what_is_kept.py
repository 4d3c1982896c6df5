"""What of the public's words and pictures is kept and shown, from the page to the notice, by the public commands."""

import json

import pytest
from sqlalchemy import func, select

from cases.case import case_file
from foundation.tables import outbox
from huiyin.cli import main
from huiyin.group_posts import group_and_open
from huiyin.wiring import apply_folder
from search.posts import number_posts, select_posts
from tests.servers.small_forum import serving

CORPUS = [  # text, what must not be kept of it
    ("二食堂的汤凉了请后勤查一查，打我13912345678", "13912345678"),
    ("宿舍断电三天没人管，座机0571-88886666也没人接", "0571-88886666"),
    ("退费要我的身份证11010519491231002X，一直没有退", "11010519491231002X"),
    ("我的学号是2023140512，选课系统说我没有交费", "2023140512"),
    ("图书馆空调坏了，联系我 liu.wen@mail.example.com 谢谢", "liu.wen@mail.example.com"),
    ("三号楼的张晓梅同学被锁在实验室里一个小时", "张晓梅"),
    ("补助打到卡6222021234567890128里，两个月没有到账", "6222021234567890128"),
    ("食堂涨价太快，加微信 wxid_hotsoup88 一起去反映", "wxid_hotsoup88"),
]
LONG = "三号楼的热水从上周起就停了，楼管说在修，已经问过三次，没有人说得清什么时候能好。" * 12
OTHER = "图书馆四楼自习室的座位被长期占着，管理员看见了也不收走，期末复习的同学每天只能坐在楼梯上看书，希望有人管。" * 8
IMAGE = b"\x89PNG\r\n\x1a\n" + b"picture-bytes" * 40


class Box:
    """A letter box on loopback: one letter with two pictures, and what was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.url = ""
        self.letters = [1]

    def answer(self, path: str) -> tuple[int, str]:
        self.asked.append(path)
        if path == "/letters":
            heads = "<tr><th>编号</th><th>信件标题</th><th>来信时间</th><th>状态</th></tr>"
            rows = "".join(
                f'<tr><td>{n}</td><td><a href="/letters/show/{n}.html">一封信{n}</a></td><td>2026-10-12</td>'
                "<td>待受理</td></tr>"
                for n in self.letters
            )
            return 200, f"<table>{heads}{rows}</table>"
        if path.startswith("/letters/show/"):
            images = '<img src="/p/1.png"><img src="/p/2.png">'
            text = LONG if path.endswith("/1.html") else OTHER
            cells = {
                "标题": "热水停了",
                "来信时间": "2026-10-12 09:00:00",
                "来信内容": f"{text}{images}",
            }
            return 200, f"<table>{''.join(f'<tr><td>{k}：</td><td>{v}</td></tr>' for k, v in cells.items())}</table>"
        return (200, IMAGE.decode("latin-1")) if path.startswith("/p/") else (404, "")


@pytest.fixture
def box(parts, folder):
    with serving(Box()) as own:
        folder.source("letters", f"{own.url}/letters", spider="message_board", kind="message_board", own=True)
        apply_folder(folder.path, "tester")
        yield own


def settle(parts):
    with parts.ledger.change() as work:
        number_posts(work)
    group_and_open(parts)


def cases(parts):
    with parts.ledger.read() as connection:
        return connection.execute(select(case_file.c.case_no)).scalars().all()


def bytes_of(state):
    return b"".join(file.read_bytes() for file in sorted(state.rglob("*")) if file.is_file())


@pytest.mark.provision("Z2.10")
def test_no_number_or_name_of_a_corpus_is_stored_searched_or_told(parts, state, tmp_path, capsys):
    file = tmp_path / "导出.json"
    rows = [{"编号": n, "内容": text, "发布时间": "2026-10-12 09:00"} for n, (text, _) in enumerate(CORPUS, 1)]
    file.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    assert main(["import", str(file), "--as", "xu_songbai", "--site", "bbs.example", "--kind", "论坛"]) == 0
    settle(parts)
    capsys.readouterr()
    assert main(["search", "*", "--limit", "50", "--json"]) == 0
    shown = capsys.readouterr().out
    kept = bytes_of(state)
    with parts.ledger.read() as connection:
        told = [str(each) for each in connection.execute(select(outbox.c.payload)).scalars()]
        posts = select_posts(connection, "")
    found = [secret for _, secret in CORPUS if secret.encode() not in kept]
    print(f"recall {len(found)}/{len(CORPUS)}")

    assert len(posts) == len(CORPUS)
    assert told
    assert found == [secret for _, secret in CORPUS]  # recall 1 on this corpus
    assert not [secret for _, secret in CORPUS if secret in shown or secret in "".join(told)]


@pytest.mark.provision("Z2.10b", "Z9a.2-1")
def test_a_letter_is_taken_in_once_its_pictures_are_counted_and_a_long_quote_is_cut_with_its_link(
    parts, box, state, capsys
):
    main(["crawl", "letters"])
    settle(parts)
    box.letters.append(2)
    main(["crawl", "letters"])
    settle(parts)
    numbers = cases(parts)
    with parts.ledger.read() as connection:
        posts = select_posts(connection, "ORDER BY post_id")
        assert connection.execute(select(func.count()).select_from(case_file)).scalar_one() == len(numbers)
    capsys.readouterr()
    assert main(["patrol", "show", "--json"]) == 0
    line = next(each for each in json.loads(capsys.readouterr().out)["sources"] if each["source"] == "letters")
    quotes = []
    for number in numbers:
        assert main(["case", "show", number]) == 0
        quotes.append(capsys.readouterr().out)

    assert [post.key.rpartition(":")[2] for post in posts] == ["1", "2"]
    assert len(numbers) == 2
    assert (line["rounds"], line["new"]) == (2, 2)
    assert [post.pictures for post in posts] == [2, 2]
    assert not [path for path in box.asked if path.startswith("/p/")]
    assert b"picture-bytes" not in bytes_of(state)
    for quote, post in zip(quotes, posts, strict=True):
        assert post.url in quote
        assert post.content[:20] in quote
        assert not [line for line in quote.splitlines() if len(line.strip()) > 200]
        assert post.content not in quote


def test_of_a_child_under_fourteen_only_the_topic_comes_through_a_crawl(parts, folder, site, state, capsys):
    words = "我今年12岁，在附小读书，二食堂的饭太辣，我和同桌林小满都吃不下"
    site.publish("食堂的饭太辣", words)
    folder.source("news", f"{site.url}/feed.xml", own=True)
    apply_folder(folder.path, "tester")
    main(["crawl", "news"])
    with parts.ledger.change() as work:
        number_posts(work)
    group_and_open(parts)
    main(["search", "食堂", "--json"])
    with parts.ledger.read() as connection:
        child = next(each for each in select_posts(connection, "") if each.url.endswith("/a/2"))
    bytes_kept = b"".join(file.read_bytes() for file in state.rglob("*") if file.is_file())

    assert (child.content, child.author) == ("", "")
    assert child.title.startswith(f"{child.category}：")
    assert child.departments
    assert child.title.endswith("（涉及未满十四周岁的孩子，只保留主题）")
    assert not [part for part in ("我今年12岁", "在附小读书", "吃不下") if part.encode() in bytes_kept]
    assert "吃不下" not in capsys.readouterr().out
