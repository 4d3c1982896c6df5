"""Make the pages that both stacks crawl: Discuz-like threads of 20 posts, about 58 KB each, fixed seed, fictional."""

import random
from datetime import datetime, timedelta

POSTS_A_PAGE = 20
REPOST_SHARE = 0.15
PLACES = (
    "第一食堂",
    "第二食堂",
    "三号宿舍楼",
    "图书馆",
    "南门",
    "体育馆",
    "实验楼",
    "教学楼A座",
    "校医院",
    "澡堂",
    "北区操场",
)
THINGS = (
    "热水",
    "空调",
    "网络",
    "自习座位",
    "饭菜价格",
    "排队",
    "停水",
    "电梯",
    "选课系统",
    "打印机",
    "快递",
    "门禁",
    "课表",
)
STATES = (
    "又坏了",
    "没人管",
    "涨价了",
    "恢复了",
    "太慢",
    "不稳定",
    "需要维修",
    "能不能改进",
    "挺好的",
    "一直没有通知",
    "换了新的",
)
TAILS = (
    "请问该找哪个部门反映？",
    "昨天已经打过电话，没有回复。",
    "希望学校能给个说法。",
    "大家有没有遇到同样的情况？",
    "隔壁寝室也是这样。",
    "我觉得可以理解，但是希望提前说一声。",
    "联系方式见校园网首页。",
    "云麓学院的服务还是要再提高。",
    "周末去看了看，已经有师傅在修。",
    "感谢值班老师的耐心解释。",
)
FILLER = (
    "今天下课以后和室友一起去了一趟，路上遇到很多同学，大家都在说这件事情，",
    "上学期就有人在群里反映过，当时的答复是会尽快处理，结果到现在也没有看到变化，",
    "说实话平时大家的要求并不高，只要信息公开一点，流程清楚一点，就不会有这么多意见，",
    "我把当时的情况简单写一下，供老师们参考，也希望其他同学补充，",
    "如果是因为设备老化需要更换，可以先贴一个通知，告诉大家大概什么时候能好，",
)
NAVIGATION = "".join(
    f'<li class="nav{n}"><a href="forum.php?mod=forumdisplay&amp;fid={n}" onclick="return hide({n})">版块{n}　生活服务</a></li>'
    for n in range(1, 120)
)
SCRIPT = "<script>var STYLEID='1',attackevasive='0',discuz_uid='0';" + "function f(a){return a*2};" * 120 + "</script>"


def make_texts(count: int, seed: int = 7) -> list[str]:
    """Return `count` texts, 20 to 600 characters, 15 % of them reposts of earlier ones (exact, prefixed, cut)."""
    chance = random.Random(seed)
    texts: list[str] = []
    for number in range(count):
        if texts and chance.random() < REPOST_SHARE:
            earlier = chance.choice(texts)
            texts.append(chance.choice((earlier, "转发：" + earlier, earlier[: max(20, len(earlier) * 4 // 5)])))
            continue
        middle = "".join(chance.choice(FILLER) for _ in range(chance.choice((0, 0, 1, 1, 2, 4))))
        texts.append(
            f"{chance.choice(PLACES)}的{chance.choice(THINGS)}{chance.choice(STATES)}，编号{number}，{middle}"
            f"{chance.choice(TAILS)}"
        )
    return texts


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
