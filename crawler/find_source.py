"""Stage 1: the source of a round by its id, or an error that lists the right ones."""

from crawler.source import Source, load_sources
from foundation.config import nearest
from foundation.errors import Stop
from foundation.school import School


def find_source(school: School, source_id: str, spider: str) -> Source:
    """Return the source that a spider is asked to crawl.

    Raises:
        Stop: No id given, an unknown one, or a source of another spider.
    """
    sources = load_sources(school)
    fitting = "、".join(sorted(name for name, source in sources.items() if source.spider == spider)) or "（没有）"
    if not source_id:
        raise Stop("没有说抓哪个信源", f"spider {spider}", f"加上 -a source=编号；{spider} 的信源有：{fitting}")
    source = sources.get(source_id)
    if source is None:
        near = nearest(source_id, list(sources))
        hint = f"是不是 {near}？" if near else ""
        raise Stop("没有这个信源", source_id, f"{hint}{spider} 的信源有：{fitting}")
    if source.spider != spider:
        right = f"scrapy crawl {source.spider} -a source={source_id}"
        words = f"它用的是 {source.spider}：{right}；{spider} 的信源有：{fitting}"
        raise Stop("这个信源属于另一个 spider", source_id, words)
    return source
