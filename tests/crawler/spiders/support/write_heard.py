"""Writes each page as one JSON line with all that was heard, and tells the round what was new, edited or known."""

import dataclasses
import json
import os
from pathlib import Path


class WriteHeard:
    def __init__(self, crawler):
        self.report = crawler.spider.report
        self.place = Path(os.environ["HEARD_PAGES"])
        lines = self.place.read_text(encoding="utf-8").splitlines() if self.place.exists() else []
        posts = [post for line in lines for post in json.loads(line)["posts"]]
        self.before = {post["key"]: post["content"] + post["official_reply"] for post in posts}

    @classmethod
    def from_crawler(cls, crawler):
        return cls(crawler)

    def process_item(self, item):
        for post in item.posts:
            text = post.content + post.official_reply
            before = self.before.get(post.key)
            self.report.kept("new" if before is None else "known" if before == text else "edited")
            self.before[post.key] = text
        with self.place.open("a", encoding="utf-8") as file:
            file.write(json.dumps(dataclasses.asdict(item), default=str, ensure_ascii=False) + "\n")
        return item
