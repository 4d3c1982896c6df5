"""Command: the index on Elasticsearch: make it, look at it, compare it with the ledger, build it again."""

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from foundation.opening import Opened
    from search.elastic_index import ElasticIndex
    from search.elastic_store import ElasticStore

HELP = "Elasticsearch 索引：准备、状态、核对、重建、换代、重送"
EXAMPLES = ["huiyin index status", "huiyin index verify", "huiyin index migrate", "huiyin index drop-old"]
ACTS = {
    "bootstrap": "检查服务器与密钥，写上索引模板",
    "status": "服务器、代、各月条数、等待与拒收的帖文",
    "verify": "与账本逐条核对，缺的旧的补送，多的删去",
    "rebuild": "从账本重建一遍，换上后删去旧的一代",
    "migrate": "字段变了：从账本建新的一代并换上，旧的留着",
    "drop-old": "删去换代后留下的旧代",
    "retry": "让拒收的帖文再送一次",
}
SHOWN = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the acts."""
    acts = parser.add_subparsers(dest="act", title="动作", metavar="动作", required=True)
    for name, title in ACTS.items():
        acts.add_parser(name, help=title)


def run(arguments: argparse.Namespace) -> int:
    """Do one act; exit 1 when something is not as it should be."""
    from foundation.opening import open_school

    opened = open_school()
    doing = {
        "bootstrap": _bootstrap,
        "status": _status,
        "verify": _verify,
        "rebuild": _rebuild,
        "migrate": _migrate,
        "drop-old": _drop_old,
        "retry": _retry,
    }
    return doing[arguments.act](opened)


def _bootstrap(opened: "Opened") -> int:
    from huiyin.open_cluster import need_stores

    index = need_stores(opened).cluster.index
    print(f"服务器 {index.client.where}　版本 {index.client.version() or '（密钥无权询问）'}")
    if index.write_template():
        print(f"模板 {index.alias} 已写好。")
    else:
        print("这把密钥不能写模板（这样更安全）：索引由回音逐个建立，不靠模板。")
    problems = index.problems()
    for problem in problems:
        print(f"  {problem}")
    if problems:
        print("先解决上面的，再运行一次 huiyin index bootstrap")
        return 1
    print("下一步：huiyin reindex --to elasticsearch")
    return 0


def _status(opened: "Opened") -> int:
    from huiyin.open_cluster import need_stores
    from search.index_state import read_state
    from search.records import KINDS, count_records, list_refused
    from search.waiting import count_waiting, list_dead

    index = need_stores(opened).cluster.index
    with opened.ledger.read() as connection:
        state = read_state(connection)
        waiting, dead = count_waiting(connection), list_dead(connection)
        records, refused = count_records(connection), list_refused(connection)
    print(f"检索用 {state.serving}　第 {state.generation} 代　等待 {waiting} 条　拒收 {len(dead)} 条")
    print(f"案件与巡查：等待 {records} 条　拒收 {len(refused)} 条")
    if state.building:
        at = f"已到帖文号 {state.building.last}" if state.building.last >= 0 else "还没有送一条"
        print(f"正在建 {state.building.store} 第 {state.building.generation} 代，{at}")
    for each in dead[:SHOWN]:
        print(f"  拒收　帖文 {each.post_id} 第 {each.revision} 版：{each.reason}")
    for kind, key, reason in refused[:SHOWN]:
        print(f"  拒收　{KINDS[kind].title} {key}：{reason}")
    is_well = _print_server(index)
    is_here = _print_place(opened, index)
    return 0 if is_well and is_here and not dead and not refused else 1


def _print_place(opened: "Opened", index: "ElasticIndex") -> bool:
    """Say when the index that answers stands under another prefix or on another server; return whether it is here."""
    from foundation.errors import Stop
    from search.index_place import require_place, require_posts
    from search.index_state import read_state

    with opened.ledger.read() as connection:
        state = read_state(connection)
        if state.serving != "elasticsearch":
            return True
        try:
            require_place(connection, index)
            if not index.post_names(state.generation):
                require_posts(connection, index)
        except Stop as problem:
            print(f"  {problem}")
            return False
    return True


def _print_server(index: "ElasticIndex") -> bool:
    """Print what stands on the server; return whether all of it can be used."""
    from search.elastic_client import RED_WORDS, SEE
    from search.index_health import unwell

    print(f"服务器 {index.client.where}　版本 {index.client.version() or '（密钥无权询问）'}")
    red, yellow = unwell(index, "red"), unwell(index, "yellow")
    for name, count in index.counts(red).items():
        print(f"  {name}　{count} 条　{index.analysis(name)}{'　黄：没有副本，能用' if name in yellow else ''}")
    if red:
        print(f"{RED_WORDS}，检索会拒绝回答：{'、'.join(red)}。{SEE}「变红了怎么办」")
    elif yellow:
        print("索引：能用，但没有副本（黄）")
    else:
        print("索引：正常（绿）")
    problems = index.problems()
    for problem in problems:
        print(f"  {problem}")
    return not red and not problems


def _verify(opened: "Opened") -> int:
    from foundation.errors import Refused
    from huiyin.open_cluster import need_cluster
    from search.index_health import require_whole
    from search.index_place import require_place
    from search.index_state import read_state
    from search.records import KINDS
    from search.sender import Sender
    from search.verify_index import verify_generation
    from search.verify_records import verify_records

    cluster = need_cluster(opened)
    with opened.ledger.read() as connection:
        require_place(connection, cluster.index)
        require_whole(cluster.index, read_state(connection).generation)
    sender = Sender(opened.ledger, cluster)
    sender.send_all()
    with sender.leading() as state:
        if state is None:
            raise Refused("另一个进程正在写索引", cluster.index.client.where, "过一会儿再核对")
        found = verify_generation(
            opened.ledger, cluster.index, state.generation, lambda done: print(f"已核对 {done} 条", flush=True)
        )
        records = verify_records(opened.ledger, cluster.index, state.generation)
    print(f"帖文：{found}。")
    for kind, difference in records.items():
        print(f"{KINDS[kind].title}：{difference}。")
    everything = [found, *records.values()]
    if all(each.is_equal for each in everything):
        print("索引与账本一致。")
        return 0
    sent = sender.send_all()
    extra = sum(each.extra for each in everything)
    print(f"已补送 {sent.shipped + sent.records} 条，删去多的 {extra} 条。")
    if any(each.newer for each in everything):
        print("索引比账本新（账本大概是从备份恢复的）：请运行 huiyin index rebuild。")
    return 1


def _build(opened: "Opened", act: str) -> "ElasticStore":
    from huiyin.open_cluster import need_cluster, need_stores
    from search.build_index import BuildIndex

    cluster = need_cluster(opened)
    embedded = need_stores(opened).embedded
    build = BuildIndex(opened.ledger, embedded, cluster, lambda at: print(f"{at.done}/{at.whole}", flush=True))
    count = build.run("elasticsearch")
    with opened.ledger.change(f"huiyin index {act}") as work:
        work.audit("index.change", act, posts=count)
    print(f"新的一代已换上：{count} 条，与账本逐条核对一致。")
    return cluster


def _rebuild(opened: "Opened") -> int:
    from huiyin.open_cluster import need_cluster
    from search.index_place import former_names, former_words

    with opened.ledger.read() as connection:
        former = former_names(connection, need_cluster(opened).index)
    _build(opened, "rebuild")
    code = _drop_old(opened)
    if former:
        print(f"{former_words(former)}。")
    return code


def _migrate(opened: "Opened") -> int:
    _build(opened, "migrate")
    print("旧的一代还在；确认无误后用 huiyin index drop-old 删去。")
    return 0


def _drop_old(opened: "Opened") -> int:
    from huiyin.open_cluster import need_stores
    from search.build_index import drop_kept

    dropped = drop_kept(opened.ledger, need_stores(opened).cluster.index)
    print(f"删去旧的索引 {len(dropped)} 个：{'、'.join(dropped) or '没有'}")
    return 0


def _retry(opened: "Opened") -> int:
    from huiyin.open_cluster import need_cluster
    from search.records import KINDS, queue_records
    from search.sender import Sender
    from search.waiting import retry_dead

    cluster = need_cluster(opened)
    with opened.ledger.change("huiyin index retry") as work:
        count = retry_dead(work) + sum(queue_records(work, kind) for kind in KINDS.values())
    sent = Sender(opened.ledger, cluster).send_all()
    print(f"{count} 条再送了一次：送出 {sent.shipped + sent.records} 条，又被拒收 {sent.dead} 条。")
    return 1 if sent.dead else 0
