"""The doctor's words about the school's Elasticsearch; test_elastic_cluster.py asks what a real server answers."""

import socket
from dataclasses import replace

from foundation.settings import Elasticsearch
from huiyin.examine_cluster import examine_cluster, judge_open_server


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


def test_a_real_server_without_security_is_not_praised_for_its_key(parts, place):
    settings = parts.school.settings.model_copy(update={"elasticsearch": place})
    [(_, _, words)] = examine_cluster(replace(parts.school, settings=settings))

    assert ("不要密钥" in words, "多余的权限" in words) == (True, False)


def test_only_this_very_machine_may_go_without_a_key():
    assert judge_open_server(["http://127.0.0.1:9200", "http://localhost:9201"])[0]
    well, words = judge_open_server(["http://127.0.0.1:9200", "https://es1.school.example:9200"])

    assert (well, "xpack.security" in words) == (False, True)
