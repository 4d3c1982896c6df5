"""Application: the school's Elasticsearch as `huiyin check --live` sees it. School in; name, well or not, words out."""

from collections.abc import Iterator

from foundation.errors import HuiyinError
from foundation.school import School
from search.elastic_client import ElasticClient


def examine_cluster(school: School) -> Iterator[tuple[str, bool, str]]:
    """Say whether the server answers and whether the product's key may do more than it needs; nothing without one."""
    if school.settings.elasticsearch is None:
        return
    client = ElasticClient(school.settings.elasticsearch)
    try:
        excess = client.excess_rights()
        words = f"能做的超过需要：{'、'.join(excess)}；换一把只管本校前缀的，见 docs/elasticsearch.md"
        yield "Elasticsearch", not excess, words if excess else "连得上，密钥没有多余的权限"
    except HuiyinError as problem:
        yield "Elasticsearch", False, str(problem)
    finally:
        client.close()
