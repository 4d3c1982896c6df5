"""Make the pages that both stacks crawl: Discuz-like threads of 20 posts, about 58 KB each, fixed seed, fictional."""

import itertools
import random
from datetime import datetime, timedelta

import jieba

POSTS_A_PAGE = 20
REPOST_SHARE = 0.15
CAMPUS = [
    "食堂",
    "宿舍",
    "图书馆",
    "教务处",
    "辅导员",
    "选课",
    "停水",
    "空调",
    "自习室",
    "校园网",
    "期末",
    "操场",
    "校医院",
    "快递",
    "门禁",
    "热水",
    "班车",
    "云麓学院",
    "报修",
    "排队",
    "涨价",
    "投诉",
    "通知",
    "缴费",
    "补考",
    "奖学金",
    "保研",
    "实验楼",
    "澡堂",
    "外卖",
    "电动车",
    "军训",
    "社团",
    "讲座",
    "停电",
    "电梯",
    "老师",
    "同学",
    "请问",
    "希望",
    "学校",
    "反映",
]
DECOR = ("http://t.cn/A6xYz12", "[doge]", "@云麓小站", "#校园生活#", "GPA4.0", "1楼", "2026级", "～", "！！", "5G")


def common_words() -> list[str]:
    """Return words of jieba's dictionary, the most frequent first."""
    with jieba.get_dict_file() as lines:
        entries = [line.decode().split() for line in lines]
    return [word for word, *_ in sorted(entries, key=lambda entry: -int(entry[1]))[:60_000]]


def make_texts(count: int, seed: int = 7) -> list[str]:
    """Return `count` texts, 20 to 2,000 characters (median about 90), 15 % of them reposts (exact, prefixed, cut)."""
    chance = random.Random(seed)
    words = common_words()
    weights = list(itertools.accumulate(1 / (rank + 20) for rank in range(len(words))))
    texts: list[str] = []
    for _ in range(count):
        if texts and chance.random() < REPOST_SHARE:
            earlier = chance.choice(texts)
            texts.append(
                chance.choice((earlier, "转发微博//@云麓小站：" + earlier, earlier[: max(20, len(earlier) * 4 // 5)]))
            )
            continue
        length = min(2000, max(20, int(chance.lognormvariate(4.5, 0.8))))
        texts.append(_one_text(chance, words, weights, length))
    return texts


def _one_text(chance: random.Random, words: list[str], weights: list[float], length: int) -> str:
    parts: list[str] = []
    size = 0
    while size < length:
        roll = chance.random()
        if roll < 0.12:
            word = chance.choice(CAMPUS)
        elif roll < 0.14:
            word = chance.choice(DECOR)
        else:
            word = chance.choices(words, cum_weights=weights)[0]
        parts.append(word + ("，" if chance.random() < 0.12 else "。" if chance.random() < 0.05 else ""))
        size += len(parts[-1])
    return "".join(parts)


NAVIGATION = "".join(
    f'<li class="nav{n}"><a href="forum.php?mod=forumdisplay&amp;fid={n}" onclick="return hide({n})">版块{n}　生活服务</a></li>'
    for n in range(1, 120)
)
SCRIPT = "<script>var STYLEID='1',attackevasive='0',discuz_uid='0';" + "function f(a){return a*2};" * 120 + "</script>"


def make_thread(thread: int, texts: list[str], now: datetime, *, relative: bool = True) -> str:
    """Return one thread page; times are written as forums write them (relative, absolute, without zero padding)."""
    posts = "".join(_post(thread * 1000 + n, n, text, now, relative) for n, text in enumerate(texts, 1))
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>主题{thread} - 生活服务 - 云麓论坛</title>{SCRIPT}</head>"
        f"<body><ul>{NAVIGATION}</ul><div id='pt'><a>云麓论坛</a></div><span class='hm'><span class='xi1'>321</span>"
        f"<span class='xi1'>{len(texts) - 1}</span></span><h1><span id='thread_subject'>主题{thread}：生活服务意见</span></h1>"
        f"<div id='postlist'>{posts}</div></body></html>"
    )


def make_list(threads: int, base: str) -> str:
    """Return the board's list page with all threads."""
    rows = "".join(
        f"<tbody id='normalthread_{n}'><tr><th><a class='s xst' href='{base}/thread-{n}-1-1.html'>主题{n}：生活服务意见</a></th>"
        f"<td class='by'><cite><a>楼主{n}</a></cite><em><span>2026-11-5</span></em></td>"
        f"<td class='num'><a class='xi2'>19</a><em>321</em></td>"
        f"<td class='by'><cite><a>回复者</a></cite><em><a><span title='2026-11-22 17:17'>昨天 17:17</span></a></em></td></tr></tbody>"
        for n in range(1, threads + 1)
    )
    return f"<!DOCTYPE html><html><head><meta charset='utf-8'></head><body><table id='threadlisttableid'>{rows}</table></body></html>"


def _post(pid: int, floor: int, text: str, now: datetime, relative: bool) -> str:
    at = now - timedelta(hours=floor * 3, minutes=pid % 60)
    forms = (
        f"发表于 {at:%Y}-{at.month}-{at.day} {at:%H:%M:%S}",
        f"发表于 {floor % 22 + 1} 小时前",
        f"发表于 昨天 {at:%H:%M}",
    )
    when = forms[pid % 3] if relative else forms[0]
    return (
        f"<div id='post_{pid}'><table id='pid{pid}'><tr><td class='pls'><div class='authi'><a class='xw1'>用户{pid % 97}</a></div>"
        f"</td><td class='plc'><div class='pi'><strong><a id='postnum{pid}'>{floor}#</a></strong>"
        f"<em id='authorposton{pid}'>{when}</em></div><table><tr><td class='t_f' id='postmessage_{pid}'>{text}</td></tr></table>"
        f"<div class='sign'>{'签名档 云麓学院 ' * 12}</div></td></tr></table></div>"
    )
