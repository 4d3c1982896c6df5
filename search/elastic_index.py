"""Stage 3: the indices of a school on Elasticsearch: of posts one a month, of every other kind one; aliases are asked.

`<prefix>posts-v<generation>-2026.11`: the month is the post's own and never changes, so that a new revision always
meets its old one; `<prefix>cases-v<generation>`. A generation is the whole index made for one mapping; each alias
points at exactly one.
"""

import re
from collections.abc import Collection, Iterable

from foundation.errors import Stop
from search.elastic_client import SEE, ElasticClient
from search.mapping import CJK, OURS, POSTS, REFRESH, STANDARD, fingerprint, index_body, month_of
from search.records import KINDS

MISSING = 404
ABSENT = "ignore_unavailable=true"  # a kind of which no index was made yet is no error
# While nobody searches an index yet; what a crash of the server loses then is found when it is compared.
BUILT = {"index.refresh_interval": "-1", "index.translog.durability": "async"}
SEARCHED = {"index.refresh_interval": REFRESH, "index.translog.durability": "request"}
_NAME = re.compile(r"([a-z]+)-v(\d+)(?:-\d{4}\.\d{2})?")


class ElasticIndex:
    """Names, makes and drops the indices of one school."""

    def __init__(self, client: ElasticClient) -> None:
        self.client = client
        self.prefix = client.place.prefix
        self.alias = f"{self.prefix}{POSTS}"
        self._known: set[str] = set()

    def name(self, generation: int, post_id: int) -> str:
        """Return the index in which a post of a generation stands."""
        return f"{self.alias}-v{generation}-{month_of(post_id)}"

    def record_name(self, kind: str, generation: int) -> str:
        """Return the index in which all records of a kind and generation stand."""
        return f"{self.prefix}{kind}-v{generation}"

    def ensure(self, names: Iterable[str], serving: int) -> None:
        """Make the indices that are missing; those of the generation that serves are searched at once.

        Raises:
            Stop: An index of that name is not ours, or was made for other fields.
        """
        for name in set(names) - self._known:
            answer = self.client.ask("GET", f"/{name}/_mapping", allow=(MISSING,))
            if answer.status == MISSING:
                self._create(name, is_searched=self._generation(name) == serving)
            else:
                self._check(name, answer.body[name]["mappings"])
            self._known.add(name)

    def forget_known(self) -> None:
        """Look again at every index before the next use."""
        self._known.clear()

    def names(self, generation: int | None = None) -> list[str]:
        """Return the indices of a generation, or of all: posts by month, then the other kinds."""
        found = self.client.ask("GET", f"/{self._wanted(generation)}/_alias?expand_wildcards=open&{ABSENT}").body
        ours = (name for name in found if self._kind(name) in (POSTS, *KINDS))
        return sorted(ours, key=lambda name: (self._kind(name) != POSTS, name))

    def post_names(self, generation: int) -> list[str]:
        """Return the indices of a generation's posts, in order of months."""
        return [name for name in self.names(generation) if self._kind(name) == POSTS]

    def generations(self) -> list[int]:
        """Return the generations of which indices exist."""
        return sorted({self._generation(name) for name in self.names()})

    def counts(self, red: Collection[str] = ()) -> dict[str, int]:
        """Return how many posts each index holds; `red` ones cannot be asked."""
        names = (name for name in self.names() if name not in red)
        return {name: int(self.client.ask("GET", f"/{name}/_count").body["count"]) for name in names}

    def write_template(self) -> bool:
        """Write the templates that guard against an index made by accident; False when the key may not."""
        for kind in (POSTS, *KINDS):
            alias = f"{self.prefix}{kind}"
            body = {"index_patterns": [f"{alias}-v*"], "priority": 200}
            body["template"] = index_body(STANDARD, self.client.place.replicas, kind)
            if self.client.ask("PUT", f"/_index_template/{alias}", body, allow=(403,)).status == 403:  # noqa: PLR2004 HTTP
                return False
        return True

    def problems(self) -> list[str]:
        """Return which indices under our names are not ours or not for these fields."""
        aliases = self._aliases()
        wanted = ",".join([f"{alias}-v*" for alias in aliases] + aliases)
        found = self.client.ask("GET", f"/{wanted}/_mapping?expand_wildcards=open&{ABSENT}").body
        problems = []
        for name, about in found.items():
            try:
                self._check(name, about["mappings"])
            except Stop as problem:
                problems.append(str(problem))
        return problems

    def require_aliases(self) -> None:
        """Do nothing when the server answers and our aliases are free or ours.

        Raises:
            Stop: Somebody else's index has the name of one, so that nothing could ever answer under it.
        """
        aliases = self._aliases()
        found = self.client.ask("GET", f"/{','.join(aliases)}/_mapping?{ABSENT}", allow=(MISSING,)).body
        for name in set(aliases).intersection(found):
            self._check(name, found[name]["mappings"])

    def fits(self, generation: int) -> bool:
        """Return whether every index of a generation was made by us for these very fields."""
        found = self.client.ask("GET", f"/{self._wanted(generation)}/_mapping?{ABSENT}", allow=(MISSING,)).body
        try:
            for name, about in found.items():
                self._check(name, about.get("mappings", {}))
        except Stop:
            return False
        return True

    def analysis(self, name: str) -> str:
        """Return how an index cuts Chinese for Kibana: cjk or standard."""
        body = self.client.ask("GET", f"/{name}/_settings?filter_path=*.settings.index.analysis").body
        return "cjk" if "cjk_bigram" in str(body) else "standard"

    def serve(self, generation: int) -> None:
        """Let every alias point at one generation only, in one step."""
        self.client.ask("PUT", f"/{self._wanted(generation)}/_settings?{ABSENT}", SEARCHED, allow=(MISSING,))
        actions = []
        for kind in (POSTS, *KINDS):
            alias = f"{self.prefix}{kind}"
            searched = self.client.ask("GET", f"/_alias/{alias}", allow=(MISSING,))
            old = list(searched.body) if searched.status != MISSING else []
            actions += [{"remove": {"index": name, "alias": alias}} for name in old]
        for name in self.names(generation):
            actions.append({"add": {"index": name, "alias": f"{self.prefix}{self._kind(name)}"}})
        if actions:  # a ledger without posts has no index yet
            self.client.ask("POST", "/_aliases", {"actions": actions})

    def drop(self, generation: int) -> list[str]:
        """Delete a generation's indices; return their names."""
        names = self.names(generation)
        for name in names:
            self.client.ask("DELETE", f"/{name}", allow=(MISSING,))
            self._known.discard(name)
        return names

    def refresh(self, generation: int) -> None:
        """Make everything sent so far visible to searches."""
        self.client.ask("POST", f"/{self._wanted(generation)}/_refresh?{ABSENT}")

    def expunge(self, generation: int) -> None:
        """Merge what was overwritten or deleted out of the files."""
        for step in ("_flush?", "_forcemerge?only_expunge_deletes=true&", "_flush?"):
            self.client.ask("POST", f"/{self._wanted(generation)}/{step}{ABSENT}")

    def _aliases(self) -> list[str]:
        return [f"{self.prefix}{kind}" for kind in (POSTS, *KINDS)]

    def _wanted(self, generation: int | None) -> str:
        """Return what asks for all indices of a generation, or of all; names of nobody else can match."""
        number = "*" if generation is None else generation
        kinds = ",".join(f"{self.prefix}{kind}-v{number}" for kind in KINDS)
        return f"{self.alias}-v{number}-*" + (f",{kinds}" if kinds else "")

    def _generation(self, name: str) -> int:
        match = _NAME.fullmatch(name.removeprefix(self.prefix))
        return int(match[2]) if match else 0

    def _kind(self, name: str) -> str:
        match = _NAME.fullmatch(name.removeprefix(self.prefix))
        return match[1] if match else ""

    def _create(self, name: str, *, is_searched: bool) -> None:
        """Make an index for cjk, or for servers without it with one token a character."""
        for analysis in (CJK, STANDARD):
            body = index_body(analysis, self.client.place.replicas, self._kind(name))
            body["aliases"] = {f"{self.prefix}{self._kind(name)}": {}} if is_searched else {}
            body["settings"] |= {} if is_searched else BUILT
            answer = self.client.ask("PUT", f"/{name}", body, allow=(400,))
            if answer.status != 400:  # noqa: PLR2004 HTTP
                return
            words = str(answer.body.get("error"))
            if "resource_already_exists" in words:
                return
            if "cjk" not in words:
                break
        thing = f"{self.client.where} {name}"
        raise Stop(
            "建不了 Elasticsearch 索引：服务器上的模板或设置与它冲突", thing, f"运行 huiyin index bootstrap；{SEE}"
        )

    def _check(self, name: str, mapping: dict[str, object]) -> None:
        about = mapping.get("_meta") or {}
        if not isinstance(about, dict) or about.get("by") != OURS:
            step = f"换一个 elasticsearch.prefix，或请它的主人改名；我们没有写入它。{SEE}"
            raise Stop("Elasticsearch 上已有同名的索引，但不是回音建的", f"{self.client.where} {name}", step)
        if about.get("fields") != fingerprint(self._kind(name)):
            step = "运行 huiyin index migrate 从账本建新的一代；期间检索照旧，帖文在账本里等待"
            raise Stop("Elasticsearch 索引的字段与现在的程序不同", f"{self.client.where} {name}", step)
