"""Application: the school's Elasticsearch as `huiyin check --live` sees it. School in; name, well or not, words out."""

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from foundation.errors import HuiyinError
from foundation.school import School
from search.elastic_client import ElasticClient

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def examine_cluster(school: School) -> Iterator[tuple[str, bool, str]]:
    """Say whether the server answers and whether the product's key may do more than it needs; nothing without one."""
    if school.settings.elasticsearch is None:
        return
    client = ElasticClient(school.settings.elasticsearch)
    try:
        excess = client.excess_rights()
        if excess is None:
            yield "Elasticsearch", *judge_open_server(school.settings.elasticsearch.servers)
            return
        words = f"能做的超过需要：{'、'.join(excess)}；换一把只管本校前缀的，见 docs/elasticsearch.md"
        yield "Elasticsearch", not excess, words if excess else "连得上，密钥没有多余的权限"
    except HuiyinError as problem:
        yield "Elasticsearch", False, str(problem)
    finally:
        client.close()


def judge_open_server(servers: Sequence[str]) -> tuple[bool, str]:
    """Return whether servers may be open to everybody who reaches them, which is so on this very machine, and words."""
    if all(urlsplit(server).hostname in LOOPBACK for server in servers):
        return True, "连得上；服务器不要密钥（没有开安全功能），只有本机能连时可以这样"
    return False, "服务器不要密钥：谁连得上，谁就能读写全部帖文；请打开 xpack.security，见 docs/elasticsearch.md"
