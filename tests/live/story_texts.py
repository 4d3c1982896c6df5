"""The texts that the real sites are seeded with: fictional people, times to the second, every text different."""

import random
from datetime import datetime, timedelta, timezone
from typing import Any

ZONE = timezone(timedelta(hours=8))
NOW = datetime.now(ZONE).replace(microsecond=0)
USERS = ("songzi", "mulan88", "yunxi", "banxia", "nanfeng", "qingshi")
MATTERS = ("热水", "空调", "网络", "自习座位", "菜价", "打印机", "门禁", "课表", "电梯", "路灯", "快递柜", "操场")
PLACES = ("第一食堂", "三号宿舍楼", "图书馆", "实验楼", "体育馆", "南门")
TURNS = ("今天又出问题了", "能不能改进一下", "什么时候恢复", "比上个月好多了", "有没有人知道怎么办", "建议提前发个通知")


def sentence(chance: random.Random, number: int) -> str:
    """Return a text that occurs once: its number is part of it."""
    what = f"{chance.choice(PLACES)}的{chance.choice(MATTERS)}{chance.choice(TURNS)}"
    return f"{what}，这是第{number}条，云麓学院的同学都看看。"


def make_forum(topics: int = 46) -> dict[str, Any]:
    """Return users and topics with their comments in order; some topics are longer than one page."""
    chance = random.Random(11)
    number = 0
    result = []
    for index in range(topics):
        at = NOW - timedelta(hours=3 * (topics - index), minutes=chance.randrange(60))
        comments = []
        for _ in range(45 if index % 15 == 3 else chance.randrange(1, 12)):
            number += 1
            at += timedelta(seconds=chance.randrange(5, 180))
            comments.append({"user": chance.choice(USERS), "text": sentence(chance, number), "at": at.isoformat()})
        title = f"主题{index + 1}：{chance.choice(PLACES)}{chance.choice(MATTERS)}"
        result.append({"title": title, "views": chance.randrange(5, 900), "comments": comments})
    return {"users": list(USERS), "topics": result}


def make_news(articles: int = 40) -> list[dict[str, Any]]:
    """Return news articles: title, body of several paragraphs, instant, one 落款 each."""
    chance = random.Random(12)
    rows = []
    for number in range(1, articles + 1):
        at = NOW - timedelta(hours=7 * number, minutes=chance.randrange(60), seconds=chance.randrange(60))
        body = [
            f"关于{chance.choice(PLACES)}{chance.choice(MATTERS)}安排的第{number}号通知发布后，各学院已经组织传达。",
            f"学校要求有关部门在第{number}周之前完成检查，并把结果向全校师生公布，接受大家监督。",
            "各单位要安排专人负责，遇到问题及时联系，确保教学和生活秩序平稳有序。",
        ]
        rows.append({"title": f"通知{number}：{chance.choice(MATTERS)}有关事项", "body": body, "at": at.isoformat()})
    return rows


def make_comments(comments: int = 45) -> list[dict[str, Any]]:
    """Return what people write under the newest article, oldest first: three pages of it."""
    chance = random.Random(14)
    return [
        {
            "user": chance.choice(USERS),
            "text": sentence(chance, 8000 + number),
            "at": (NOW - timedelta(minutes=7 * (comments - number) + 3, seconds=number)).isoformat(),
        }
        for number in range(1, comments + 1)
    ]


def make_letters(letters: int = 62) -> list[dict[str, Any]]:
    """Return messages of a 留言板, oldest first; two of three have a department's reply with its time."""
    chance = random.Random(13)
    rows = []
    for number in range(1, letters + 1):
        at = NOW - timedelta(hours=5 * (letters - number + 1), seconds=chance.randrange(3600))
        row: dict[str, Any] = {
            "user": chance.choice(USERS),
            "text": sentence(chance, 5000 + number),
            "at": at.isoformat(),
        }
        if number % 3:
            row["reply"] = f"您好，您反映的第{number}件事已转有关部门处理，感谢您的关心。"
            row["reply_at"] = (at + timedelta(hours=2, seconds=chance.randrange(600))).isoformat()
        rows.append(row)
    return rows
