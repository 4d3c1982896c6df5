"""The house as tests: sizes, names, mirrored tests, order of the stages, no clock elsewhere."""

import ast
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import LONG, ON_BOTH

ROOT = Path(__file__).parents[2]
PRODUCT = ("foundation", "crawler", "pipelines", "search", "events", "cases", "alerts", "kibana", "huiyin", "demo")
STAGES = ("crawler", "pipelines", "search", "events", "cases", "alerts")
UNINSTALLED = {"demo"}  # played from the repository only
FORBIDDEN_NAMES = {"utils", "helpers", "common", "misc", "manager", "base2", "util", "helper"}
MODULE_LINES, FUNCTION_LINES = 300, 50
HUIYIN_FILES = {
    "__init__.py",
    "__main__.py",
    "cli.py",
    "wiring.py",
    "schedule.py",
    "worker.py",
    "watch_leader.py",
    "doctor.py",
    "examine_cluster.py",
    "group_posts.py",
    "forget_old.py",
    "explain_round.py",
    "watch_child.py",
    "warm_imports.py",
    "warm_rounds.py",
    "morning_facts.py",
    "metrics.py",
    "run_loops.py",
    "describe_source.py",
    "open_cluster.py",
    "forget_address.py",
    "take_in.py",
    "import_file.py",
    "read_day.py",
    "read_link.py",
    "print_case.py",
    "recheck_links.py",
    "try_source.py",
    "watch_threads.py",
    "adopt_ledger.py",
    "ask_person.py",
    "move_ledger.py",
    "upgrade_ledger.py",
}

FIXTURES = ROOT / "tests" / "fixtures"


@cache
def tree_of(path: Path) -> ast.Module:
    """Read a file's code once for all tests of this file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def modules() -> list[Path]:
    return sorted(path for part in PRODUCT for path in (ROOT / part).rglob("*.py") if "__pycache__" not in path.parts)


def python_files() -> list[Path]:
    return [*modules(), *sorted((ROOT / "tests").rglob("*.py")), *sorted((ROOT / "bench").rglob("*.py"))]


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_test_files_named_in_conftest_exist():
    assert [name for name in (*LONG, *sorted(ON_BOTH)) if not (ROOT / "tests" / name).is_file()] == []


def test_no_module_is_longer_than_three_hundred_lines():
    long = {relative(path): len(path.read_text().splitlines()) for path in python_files()}

    assert {name: lines for name, lines in long.items() if lines > MODULE_LINES} == {}


def test_no_function_is_longer_than_fifty_lines():
    long = []
    for path in python_files():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > FUNCTION_LINES:
                    long.append(f"{relative(path)}:{node.name} {length}")

    assert long == []


def test_no_function_takes_more_than_five_positional_parameters():
    wide = []
    for path in modules():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                names = [argument.arg for argument in node.args.args if argument.arg not in ("self", "cls")]
                required = len(names) - len(node.args.defaults)
                if required > 5:
                    wide.append(f"{relative(path)}:{node.name} {required}")

    assert wide == []


def test_no_module_has_a_name_that_says_nothing():
    assert [relative(path) for path in python_files() if path.stem in FORBIDDEN_NAMES] == []


def test_every_module_says_what_it_does():
    assert [relative(path) for path in modules() if not ast.get_docstring(tree_of(path))] == []


def test_every_module_has_its_mirrored_test():
    """`tests/<stage>/test_<module>.py`; rules, spiders, channels and commands have contract tests besides.

    The parser of a spider is proven by that spider's fixture folder; it may have tests of its own too.
    """
    contract = {  # folders whose every file is proven by one contract test
        "pipelines/severity_rules": "tests/pipelines/test_every_rule.py",
        "crawler/spiders": "tests/crawler/test_every_spider.py",
        "pipelines/words": "tests/pipelines/test_load_words.py",
        "demo/story": "tests/demo/test_story.py",
    }
    missing = []
    for path in modules():
        if path.name in ("__init__.py", "__main__.py"):
            continue
        folder = relative(path.parent)
        wanted = contract.get(folder) or f"tests/{folder}/test_{path.stem}.py"
        has_cases = folder == "crawler/pages" and any(FIXTURES.glob(f"{path.stem.removesuffix('_page')}/*/case.json"))
        if not has_cases and not (ROOT / wanted).exists():
            missing.append(f"{relative(path)} → {wanted}")

    assert missing == []


def test_the_application_holds_only_its_listed_files():
    assert {path.name for path in (ROOT / "huiyin").glob("*.py")} == HUIYIN_FILES


def test_the_order_of_the_stages_is_said_equally_everywhere():
    """README tree, layers in pyproject, the number in each docstring, docs/architecture.md."""
    layers = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]["layers"]
    from_layers = [name.split(".")[0] for name in reversed(layers)]
    from_docstrings = {}
    for stage in STAGES:
        number = re.match(r"Stage (\d) of 8", ast.get_docstring(tree_of(ROOT / stage / "__init__.py")))
        from_docstrings[int(number[1])] = stage
    readme = re.findall(r"^(\w+)/\s+(\d)\s", (ROOT / "README.md").read_text(), re.M)
    picture = re.findall(r"^\| `(\w+)/` (\d)", (ROOT / "docs/architecture.md").read_text(), re.M)

    upward = [name for name in from_layers if name in STAGES]
    upward.remove("search")
    upward.insert(upward.index("pipelines") + 1, "search")  # it lies lower because write_index writes into it

    assert upward == [from_docstrings[key] for key in sorted(from_docstrings)]
    assert [name for name, _ in sorted(readme, key=lambda pair: pair[1])] == list(STAGES)
    assert [name for name, _ in sorted(picture, key=lambda pair: pair[1])] == list(STAGES)


def test_only_the_clock_asks_the_time():
    """ruff bans the calls; this also catches aliases such as `from time import time`."""
    asking = re.compile(r"\bfrom time import\b|\btime\.(time|monotonic|sleep|localtime)\b|\.utcnow\(|\bdate\.today\(")
    product = [path for path in modules() if relative(path) != "foundation/clock.py"]

    assert [relative(path) for path in product if asking.search(path.read_text())] == []


def test_the_scrapy_side_doors_are_shut():
    text = (ROOT / "crawler/settings.py").read_text()

    assert "REMOTE_CONTROL_ENABLED = False" in text
    assert "TELNETCONSOLE_ENABLED = False" in text


@pytest.mark.parametrize("folder", ["pipelines/severity_rules", "alerts/channels", "alerts/rules"])
def test_parts_found_by_file_name_are_listed_in_no_map(folder):
    package = folder.replace("/", ".")
    names = [path.stem for path in (ROOT / folder).glob("*.py") if path.stem != "__init__"]
    importing = [
        relative(path)
        for path in modules()
        if not relative(path).startswith(folder)
        for name in names
        if re.search(
            rf"(from {package} import .*\b{name}\b|import {package}\.{name}\b|from {package}\.{name} )",
            path.read_text(),
        )
    ]

    assert names
    assert importing == []


def test_steps_stand_in_the_settings_exactly_once_each():
    text = (ROOT / "crawler/settings.py").read_text()
    wanted = [
        "pipelines.clean_text.CleanText",
        "pipelines.drop_personal_data.DropPersonalData",
        "pipelines.check_relevance.CheckRelevance",
        "pipelines.find_duplicate.FindDuplicate",
        "pipelines.classify_topic.ClassifyTopic",
        "pipelines.score_severity.ScoreSeverity",
        "pipelines.suggest_department.SuggestDepartment",
        "pipelines.keep_topic_only.KeepTopicOnly",
        "pipelines.write_index.WriteIndex",
    ]
    found = re.findall(r'"(pipelines\.\w+\.\w+)": (\d+)', text)

    assert [name for name, _ in sorted(found, key=lambda pair: int(pair[1]))] == wanted


def names_of(module: Path) -> set[str]:
    """Return the names that a module defines anywhere outside its functions and classes."""
    names: set[str] = set()
    todo: list[ast.AST] = [tree_of(module)]
    while todo:
        for node in ast.iter_child_nodes(todo.pop()):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                names.add(node.name)
            elif isinstance(node, ast.Import | ast.ImportFrom):
                names |= {alias.asname or alias.name for alias in node.names}
            else:
                names |= {node.id} if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) else set()
                todo.append(node)
    return names


def test_every_name_that_is_imported_from_us_exists():
    """mypy reads the product only; a test that cannot even be imported must not wait for `make test` to be seen."""
    known = {".".join(file.relative_to(ROOT).with_suffix("").parts): file for file in python_files()}
    known = {name.removesuffix(".__init__"): file for name, file in known.items()}
    missing = []
    names = cache(names_of)
    for file in known.values():
        for node in ast.walk(tree_of(file)):
            if isinstance(node, ast.ImportFrom) and not node.level and node.module in known:
                given = names(known[node.module])
                wanted = {each.name for each in node.names if f"{node.module}.{each.name}" not in known} - {"*"}
                missing += [f"{file.relative_to(ROOT)}: {node.module}.{name}" for name in wanted - given]

    assert missing == []


def test_the_installed_command_finds_every_package_of_the_product():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    installed = {pattern.removesuffix("*") for pattern in settings["packages"]["find"]["include"]}

    assert installed == set(PRODUCT) - UNINSTALLED | {"migrations"}
