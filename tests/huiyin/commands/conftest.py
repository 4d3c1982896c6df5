"""Fixtures of the commands' tests: a school whose posts are searched on a real Elasticsearch."""

from dataclasses import dataclass, field
from itertools import count

import pytest

from crawler.items import Post
from foundation import clock
from foundation.ledger import Ledger
from foundation.settings import Elasticsearch
from huiyin.cli import main
from huiyin.wiring import Parts, apply_folder, open_parts
from search.posts import keep_posts


@dataclass
class Clustered:
    """The school, its place on the server, and a way to keep posts and to run commands."""

    parts: Parts
    place: Elasticsearch
    capsys: pytest.CaptureFixture[str]
    numbers: count = field(default_factory=lambda: count(1))

    @property
    def ledger(self) -> Ledger:
        return self.parts.ledger

    @property
    def index(self):
        return self.parts.store.cluster.index

    def keep(self, *texts: str, **values: object) -> list[int]:
        posts = []
        for text in texts:
            number = next(self.numbers)
            post = Post(
                source_id="board", site="bbs.yunlu.example", key=f"k{number}", url=f"http://bbs.yunlu.example/{number}"
            )
            post.content, post.outcome, post.published_at = text, "stored", clock.now()
            for name, value in values.items():
                setattr(post, name, value)
            posts.append(post)
        with self.ledger.change() as work:
            return [each.post.post_id for each in keep_posts(work, self.parts.store, posts)]

    def run(self, *words: str) -> tuple[int, str]:
        """Run a command; return its exit code and everything it said."""
        self.capsys.readouterr()
        code = main(list(words))
        told = self.capsys.readouterr()
        return code, told.out + told.err


@pytest.fixture
def clustered(parts: Parts, folder, place: Elasticsearch, capsys: pytest.CaptureFixture[str]) -> Clustered:
    """The small school with servers, still on its embedded index."""
    folder.settings(elasticsearch=place.model_dump())
    apply_folder(folder.path, "tester")
    own = Clustered(open_parts(), place, capsys)
    yield own
    own.index.client.close()
    own.ledger.close()
