"""A live Kibana by `HUIYIN_TEST_KIBANA_URL` (`make test-kibana`): the import, and every dashboard in a browser.

Its Elasticsearch must be the one of `HUIYIN_TEST_KIBANA_ES_URL`: the corpus is sent there under the default prefix.
"""

import json
import os
from collections.abc import Callable, Iterator

import pytest
import requests
from playwright.sync_api import Page, sync_playwright

from foundation.settings import Elasticsearch
from kibana.build import as_ndjson, build
from kibana.flavour import PREFIX, Flavour
from kibana.panel import Panel
from kibana.panels import DASHBOARDS
from kibana.push import Place, push_file, read_status
from tests.servers.elastic import refuse_a_schools

pytestmark = pytest.mark.kibana
URL, ES_URL = "HUIYIN_TEST_KIBANA_URL", "HUIYIN_TEST_KIBANA_ES_URL"
BROKEN = ("Could not locate", "Could not find", "No results found", "Error loading", "找不到", "无法找到", "加载错误")
WAIT_MS = 60_000
CHROMIUM = "/usr/bin/chromium-headless-shell"


@pytest.fixture(scope="session")
def places() -> Callable[[], Elasticsearch]:
    """The corpus goes to Kibana's own Elasticsearch, never to one that holds a school's posts."""
    refuse_a_schools(os.environ[ES_URL])
    return lambda: Elasticsearch(servers=[os.environ[ES_URL]], prefix=PREFIX)


@pytest.fixture(scope="session")
def place(corpus) -> Iterator[Place]:
    """The live Kibana with our objects; the corpus is taken away at the end."""
    own = Place(os.environ[URL])
    yield own
    for name in corpus.index.names():
        corpus.index.client.ask("DELETE", f"/{name}")


@pytest.fixture(scope="session")
def flavour(place: Place) -> Flavour:
    """The flavour that this Kibana takes, pushed."""
    found = read_status(place).flavour
    objects = build(found)
    pushed = push_file(place, as_ndjson(objects), objects, overwrite=True)
    assert pushed.problems == []
    assert pushed.written == len(objects)
    return found


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        yield browser.new_page(viewport={"width": 1600, "height": 4000})
        browser.close()


def test_a_second_push_without_overwrite_meets_conflicts_only(place: Place, flavour: Flavour) -> None:
    objects = build(flavour)
    pushed = push_file(place, as_ndjson(objects), objects)

    assert pushed.written == 0
    assert all("已经有同编号的对象" in problem for problem in pushed.problems)


def test_an_export_gives_the_same_ids(place: Place, flavour: Flavour) -> None:
    body = {"objects": [{"type": "dashboard", "id": f"{PREFIX}{board.id}"} for board in DASHBOARDS]}
    body |= {"includeReferencesDeep": True, "excludeExportDetails": True}
    headers = {"kbn-xsrf": "huiyin", "osd-xsrf": "huiyin"}
    answer = requests.post(f"{place.url}/api/saved_objects/_export", json=body, headers=headers, timeout=60)
    exported = {line["id"] for line in map(json.loads, answer.text.splitlines())}

    assert {f"{PREFIX}{board.id}" for board in DASHBOARDS} <= exported
    assert exported <= {own["id"] for own in build(flavour)}


@pytest.mark.parametrize("board", DASHBOARDS, ids=lambda board: board.id)
def test_a_dashboard_opens_without_an_error_or_an_empty_panel(
    board, place: Place, flavour: Flavour, page: Page
) -> None:
    page.goto(f"{place.url}/app/dashboards#/view/{PREFIX}{board.id}", timeout=WAIT_MS)
    drawn = page.locator('[data-render-complete="true"]')
    count = sum(isinstance(part, Panel) for part in board.parts)
    drawn.nth(count - 1).wait_for(state="attached", timeout=WAIT_MS)
    text = page.inner_text("body")

    assert [part.title for part in board.parts if part.title not in text] == []
    assert [words for words in BROKEN if words in text] == []
    assert page.locator('[data-test-subj="embeddableError"]').count() == 0
