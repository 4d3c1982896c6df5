"""The doctor's words about the school's Elasticsearch; test_elastic_cluster.py asks what a real server answers."""

import socket
from dataclasses import replace

from foundation.settings import Elasticsearch
from huiyin.examine_cluster import examine_cluster


def test_a_school_without_a_server_is_not_told_about_one(parts):
    assert list(examine_cluster(parts.school)) == []


def test_a_server_that_does_not_answer_is_named_with_what_to_do(parts):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    settings = parts.school.settings.model_copy(update={"elasticsearch": Elasticsearch(servers=[url])})
    [(what, well, words)] = examine_cluster(replace(parts.school, settings=settings))

    assert (what, well) == ("Elasticsearch", False)
    assert url in words
