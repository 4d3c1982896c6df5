"""The word lists of the usual stack: the same words that our lexicons hold, as flat keyword lists."""

from pipelines.load_words import load_words

DEPARTMENTS = (
    "后勤",
    "教务",
    "学工",
    "保卫",
    "财务",
    "信息中心",
    "校医院",
    "招生就业",
    "纪检",
    "宣传",
    "团委",
    "图书馆",
)
TOPICS = ("学校声誉", "教育教学", "学生管理", "校园安全", "师德师风")


def usual_words() -> dict[str, object]:
    """Return keyword lists for relevance, topics, departments and severity."""
    words = load_words().words
    severity = sorted({word for concept, own in words.items() if concept not in DEPARTMENTS + TOPICS for word in own})
    return {
        "relevance": ["云麓", "学校", "校园", "食堂", "宿舍", "老师", "同学", "图书馆"],
        "topics": {name: sorted(words.get(name, ())) for name in TOPICS},
        "departments": {name: sorted(words.get(name, ())) for name in DEPARTMENTS},
        "severity": severity,
    }
