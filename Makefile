# Bare `make` prints this list. `make demo` and `make test` do all set-up themselves.
.DEFAULT_GOAL := help
PYTHON := .venv/bin/python
READY := .venv/ready
STAGES := foundation crawler pipelines search events cases alerts kibana huiyin demo
K ?=
WORKERS ?= 4
FAULT ?=
ELASTIC_TESTS := tests/demo/test_elastic_server.py tests/kibana tests/search/test_every_store.py \
  $(addprefix tests/search/test_,$(addsuffix .py,build_index elastic_client elastic_cluster elastic_index elastic_store sender ship_records verify_index verify_records)) \
  $(addprefix tests/huiyin/commands/test_,$(addsuffix .py,forget_on_elasticsearch index reindex send))
KILL ?= 0
STORE ?=

.PHONY: migration panels test-kibana kibana help setup check format test test-full test-live demo demo-serve bench lock run matrix

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): requirements/all.lock pyproject.toml tools/prepare.sh
	@bash tools/prepare.sh
	@touch $(READY)

setup: $(READY) ## virtual environment and missing system packages

check: $(READY) ## format, lint, types, imports, house tests (≤ 60 s)
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	$(PYTHON) -m mypy
	.venv/bin/lint-imports --no-logo
	$(PYTHON) -m pytest tests/house

format: $(READY) ## format the code
	$(PYTHON) -m ruff format .
	$(PYTHON) -m ruff check --fix .

test: $(READY) ## all tests that need only what they install themselves; K=words selects, WORKERS=2 for less than 8 GiB
	bash tools/prepare.sh elastic
	$(PYTHON) -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(if $(K),-k "$(K)")

test-full: $(READY) ## the index's tests against the full Elasticsearch 9 (needs a JDK 21: HUIYIN_TEST_JAVA_HOME)
	bash tools/prepare.sh elastic
	HUIYIN_TEST_ES=full $(PYTHON) -m pytest -n $(WORKERS) --dist loadfile -m "not live and not kibana" $(ELASTIC_TESTS)

test-kibana: $(READY) ## import into a live Kibana and open every dashboard (HUIYIN_TEST_KIBANA_URL, HUIYIN_TEST_KIBANA_ES_URL)
	@[ -n "$$HUIYIN_TEST_KIBANA_URL" ] && [ -n "$$HUIYIN_TEST_KIBANA_ES_URL" ] || \
	  { echo "set HUIYIN_TEST_KIBANA_URL to a Kibana and HUIYIN_TEST_KIBANA_ES_URL to its Elasticsearch (no school's)"; exit 2; }
	$(PYTHON) -m pytest -m kibana tests/kibana

panels: $(READY) ## each Kibana panel and saved search on a real Elasticsearch: what it shows, and what plain Python counts
	bash tools/prepare.sh elastic
	$(PYTHON) -m pytest -q -rP tests/kibana/test_panels.py | grep -E "^(面板|查询|FAILED|[0-9]+ )"

kibana: $(READY) ## renew kibana/huiyin-lens.ndjson and huiyin-classic.ndjson after a change of panels or fields
	$(PYTHON) -m kibana

test-live: $(READY) ## crawl real software installed by name: a forum, news and a 留言板
	bash tools/prepare.sh live
	$(PYTHON) -m pytest -m live tests/live

demo: $(READY) ## play the ten-day story and check it; FAULT=drop_post|double_send|leak_text|late_timer, KILL=10, STORE=elasticsearch
	$(if $(filter elasticsearch,$(STORE)),bash tools/prepare.sh elastic)
	$(PYTHON) -m demo $(if $(STORE),--store $(STORE)) $(if $(FAULT),--fault $(FAULT)) $(if $(filter-out 0,$(KILL)),--kill $(KILL))

demo-serve: $(READY) ## the same, and leave campus and product running
	$(PYTHON) -m demo --serve

run: $(READY) ## run the school in force; SCHOOL=DIR: apply that folder first and follow its changes
	$(PYTHON) -m huiyin run $(if $(SCHOOL),--school $(SCHOOL))

bench: $(READY) ## speed as ratios from one run, printed and as JSON
	$(PYTHON) -m bench

migration: $(READY) ## the next file of migrations/versions from what the code declares: M="what is different"
	$(PYTHON) -m tools.make_migration "$(M)"

matrix: $(READY) ## requirement rows, their tests and results, into docs/requirements-matrix.md
	$(PYTHON) -m tools.requirements_matrix

lock: ## renew the lock file (hashes, no addresses)
	.venv/bin/pip install -q uv
	.venv/bin/uv pip compile -q --upgrade --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
	  --no-annotate --all-extras --python-version 3.11 pyproject.toml -o requirements/all.lock
