import os
import subprocess
import sys
from pathlib import Path

import pytest

from demo.elastic_server import CACHE_VARIABLE, JAVA_VARIABLE
from foundation.settings import Elasticsearch
from search.elastic_index import ElasticIndex
from tests.servers import elastic

ROOT = Path(__file__).parents[2]


def test_a_server_that_holds_a_schools_posts_is_refused_by_the_name_of_their_index(
    index: ElasticIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The place of this test stands for the school's: indices under its real name would stop the other workers."""
    (url,) = index.client.place.servers
    assert f"{Elasticsearch(servers=[url]).prefix}posts" == elastic.SCHOOLS
    monkeypatch.setattr(elastic, "SCHOOLS", index.alias)
    elastic.refuse_a_schools(url)
    name = index.name(1, 1_793_700_000 << 20)
    index.ensure([name], 1)

    with pytest.raises(AssertionError, match=rf"{url} 上有一所学校的索引（{name}…）.*换一台服务器"):
        elastic.refuse_a_schools(url)


def test_a_full_run_without_a_java_is_one_sentence_before_anything_is_fetched(tmp_path: Path) -> None:
    there = {**os.environ, elastic.KIND_VARIABLE: "full", JAVA_VARIABLE: "/nonexistent", CACHE_VARIABLE: str(tmp_path)}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-n", "2", __file__]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=there, cwd=ROOT)
    told = done.stdout + done.stderr

    assert (done.returncode, told.count("没有找到 完整的 JDK 21"), JAVA_VARIABLE in told) == (2, 1, True)
    assert "Traceback" not in told
    assert list(tmp_path.iterdir()) == []
