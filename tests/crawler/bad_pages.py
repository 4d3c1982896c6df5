"""Places that answer badly: one site whose first part of each path names what is wrong with it."""

import gzip
import json
import threading
from http.server import BaseHTTPRequestHandler
from typing import Any

HEAD = "<html><head><meta charset='utf-8'><title>生活</title></head><body>"
GONE = f"{HEAD}<div id='messagetext'>抱歉，指定的主题不存在或已被删除或正在被审核</div></body></html>"
CAPTCHA = "<html><head><meta charset='utf-8'><title>安全验证</title></head><body>请完成验证码</body></html>"
FIVE = {  # one page, five ways to write a time
    1: ("发表于 2026-1-2 10:00:01", "2026-01-02T02:00:01"),
    2: ("2026年1月2日 10:05", "2026-01-02T02:05:00"),
    3: ("2026/01/02 10:06:30", "2026-01-02T02:06:30"),
    4: ("2026-01-02T10:07:00+08:00", "2026-01-02T02:07:00"),
    5: ("2026.1.2 上午10:08", "2026-01-02T02:08:00"),
}


def comment(number: int, text: str, time: str = "2026-01-02 10:00:00", who: str = "阿柒") -> str:
    return (
        f'<div class="comment" data-pk="{number}"><a class="username" href="/user/5/">{who}</a>'
        f'<span class="date">{time}</span><div class="text"><p>{text}</p></div></div>'
    )


def thread(*comments: str) -> str:
    return f"{HEAD}<h1>热水</h1><div>{''.join(comments)}</div></body></html>"


def topics(*paths: str, following: str = "") -> str:
    rows = "".join(
        f'<div class="topic"><a class="link" href="{path}">宿舍热水几点停第{n}问</a><i>2026-01-0{n + 1} 09:00</i></div>'
        for n, path in enumerate(paths)
    )
    more = f'<a href="{following}">下一页</a>' if following else ""
    return f"{HEAD}{rows}{more}</body></html>"


def rss(day: int) -> tuple[int, dict[str, str], bytes]:
    items = "".join(
        f"<item><guid>{n}</guid><title>通知{n}</title><link>/n/{n}</link>"
        f"<pubDate>Thu, 0{day} Jan 2026 0{n}:00:00 GMT</pubDate>"
        f"<description>{'请各学院按时完成宿舍安全检查。' * 8}</description></item>"
        for n in (1, 2)
    )
    return 200, {"Content-Type": "text/xml"}, f"<rss><channel>{items}</channel></rss>".encode()


def cards(number: int) -> tuple[int, dict[str, str], bytes]:
    blog = {"mid": str(9000 - number), "text": f"云麓第{number}条", "created_at": "Fri Jan 02 10:00:00 +0800 2026"}
    data = {"cards": [{"card_type": 9, "mblog": blog}], "cardlistInfo": {"since_id": str(number + 1)}}
    return 200, {"Content-Type": "application/json"}, json.dumps({"ok": 1, "data": data}).encode()


def hang(handler: BaseHTTPRequestHandler) -> None:
    SILENT.wait(20)


SILENT = threading.Event()


def pages() -> dict[str, Any]:
    """Every place of the one site; its name is the first part of the path."""
    plain = {"Content-Type": "text/html"}
    site: dict[str, Any] = {
        "/flood/": topics("/flood/1", "/flood/2"),
        "/flood/1": (200, {}, HEAD.encode() + b"\xff\xfe\x80\x81 hot water " * 400),
        "/flood/2": thread(comment(102, "水是凉的"), comment(103, "同问")),
        "/charset/": topics("/charset/1", "/charset/2"),
        "/charset/1": (
            200,
            plain,
            thread(comment(111, "澡堂排队太久"), comment(112, "是的")).replace("utf-8", "gbk").encode("gbk"),
        ),
        "/charset/2": (200, plain, thread(comment(113, "几点开门"), comment(114, "六点")).encode()),
        "/session/": topics("/session/1;jsessionid=A1?sid=77", "/session/2?PHPSESSID=x"),
        "/session/1": thread(comment(121, "路灯坏了"), comment(122, "报修了")),
        "/session/2": thread(comment(123, "门禁坏了"), comment(124, "修好了")),
        "/soft/": topics("/soft/1", "/soft/2"),
        "/soft/1": GONE,
        "/soft/3": GONE,
        "/soft/2": thread(comment(131, "还在的帖"), comment(132, "嗯")),
        "/captcha/": topics(*(f"/captcha/{n}" for n in range(1, 7))),
        "/captcha/1": CAPTCHA,
        "/bomb/": topics("/bomb/1", "/bomb/2"),
        "/bomb/1": (200, {"Content-Encoding": "gzip"}, gzip.compress(b"<p>" + b"0" * 6_000_000)),
        "/bomb/2": thread(comment(141, "炸弹之外"), comment(142, "好")),
        "/feed/": rss(1),
        "/times/": topics("/times/1", "/soft/3"),
        "/times/1": thread(*(comment(150 + n, f"第{n}种写法", time) for n, (time, _) in FIVE.items())),
        "/markup/": topics("/markup/1", "/soft/3"),
        "/markup/1": thread(
            comment(161, "买饭排队", who="&lt;script&gt;alert(7)&lt;/script&gt;"),
            comment(162, "同意 &lt;img src=x onerror=alert(8)&gt;", who="<b onclick=x>&lt;/div&gt;李{{7*7}}</b>"),
        ),
        "/hung/": topics("/hung/1", "/hung/2"),
        "/hung/1": hang,
        "/hung/2": thread(comment(171, "挂起之外"), comment(172, "好")),
        "/deep/": topics("/deep/1", "/deep/2"),
        "/deep/1": HEAD + "<div>" * 100_000,
        "/deep/2": thread(comment(181, "无底之外"), comment(182, "好")),
        "/posting/": (405, {"Allow": "POST"}, b"POST only"),
        "/busy/": (429, {"Retry-After": "7200"}, b"slow down"),
    }
    return site | endless()


def endless() -> dict[str, Any]:
    """Scrolls and calendars that always lead on."""
    site: dict[str, Any] = {}
    for number in range(9):
        site[f"/scroll/?since_id={number}" if number else "/scroll/"] = cards(number)
        following = f"/calendar/?page={number + 2}"
        site[f"/calendar/?page={number + 1}" if number else "/calendar/"] = topics(
            f"/calendar/d{number}", f"/calendar/e{number}", following=following
        )
        site[f"/calendar/e{number}"] = GONE
        site[f"/calendar/d{number}"] = thread(comment(200 + number, f"日历第{number}天"), comment(300 + number, "签到"))
    return site


OPTIONS = {"scroll": {"browser": False, "scrolls": 3}, "calendar": {"list_pages": 4}}
SPIDERS = {"scroll": "microblog", "feed": "feed"}
NAMES = (
    "flood",
    "charset",
    "session",
    "soft",
    "bomb",
    "feed",
    "times",
    "markup",
    "hung",
    "deep",
    "scroll",
    "calendar",
    "posting",
)
LAST = ("captcha", "busy")  # after these nobody of the group is asked
