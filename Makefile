# A fresh machine needs Python 3.11 or newer, pip and make. Everything else is brought into .tools/ and .venv/.
PYTHON ?= python3
UV_VERSION := 0.13.9
LOCAL_UV := .tools/uv-$(UV_VERSION)/bin/uv
# A uv that is already here is used, if it runs (a version manager's placeholder does not).
UV := $(shell uv --version >/dev/null 2>&1 && echo uv || echo $(LOCAL_UV))
RUN := $(UV) run --frozen --no-sync
# An extra that is installed stays so.
EXTRAS = $(if $(wildcard .venv/lib/python3*/site-packages/pyspark), --extra spark)
TEST_WORKERS ?= 2
TESTS ?=
# Compiled once, and not by each of the thousand processes that tests start.
PYTEST = env -u PYTHONDONTWRITEBYTECODE $(RUN) pytest -n $(TEST_WORKERS) --dist loadfile --no-loadscope-reorder
SPARK_TESTS ?= tests/dbt tests/end_to_end
# What is held to a Bluesky network of others (tests/extractors/bluesky/peer.py).
BLUESKY_TESTS = $(shell grep -rlE --include='test_*.py' 'peer\.(NEEDED|VARIABLE)' tests)

.DEFAULT_GOAL := help
.PHONY: help setup demo up down test spark test-spark test-airflow test-thorough test-fast test-bluesky test-superset lint lint-python lint-sql format glossary catalogs env walk-containers clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: setup ## run the whole job once, by Airflow, on an invented half year; everything it starts is stopped again
	@$(RUN) rapport demo

test: setup lint ## lint, then the tests (TESTS="tests/quality -k gate" runs a part)
	@$(PYTEST) -m "not thorough and not airflow" $(TESTS)

test-airflow: setup ## the whole job in a real Airflow: what is published is what is true of the invented world
	@$(RUN) pytest -q -m airflow tests/end_to_end

test-thorough: setup ## the same at every step, in every order, on each network: tests/thorough.py (PART=2/5 runs a part)
	@$(PYTEST) -m "thorough and not spark and not airflow" $(if $(PART),--part $(PART)) $(TESTS)

test-spark: spark ## hold builds by Spark to DuckDB's, row by row and page by page; needs Java 17, takes 19 minutes of CPU
	@$(RUN) pytest -q -m spark $(SPARK_TESTS)

test-fast: setup ## for the loop of somebody at work: tests without Airflow, browser, builds by dbt and kill loops
	@$(RUN) pytest -n $(TEST_WORKERS) -q -m "not slow and not thorough" $(TESTS)

test-bluesky: setup ## extractor, emulator and builds against a real Bluesky network, which RAPPORT_BLUESKY_PEER starts
	@test -n "$$RAPPORT_BLUESKY_PEER" || { \
	  echo "RAPPORT_BLUESKY_PEER is not set: the command that runs a Bluesky network (PLC, PDS, AppView: npm's"; \
	  echo "@atproto/dev-env) on this machine, in the foreground. CONTRIBUTING.md says what it has to do."; exit 2; }
	@$(RUN) pytest -q $(BLUESKY_TESTS)

test-superset: setup ## have a real Superset import and draw the dashboard; RAPPORT_SUPERSET names a folder for it (0.7 GB)
	@test -n "$$RAPPORT_SUPERSET" || { \
	  echo "RAPPORT_SUPERSET is not set: a folder in which an environment with Superset is made from PyPI, and kept."; exit 2; }
	@$(RUN) pytest -q tests/reporting/test_superset_drawn.py

up: setup ## keep Airflow and the emulator running; prints address and login
	@$(RUN) rapport up

down: setup ## stop what `make up` started
	@$(RUN) rapport down

setup: $(if $(filter $(LOCAL_UV),$(UV)),$(LOCAL_UV)) ## bring uv, and the locked environment into .venv/
	@$(UV) sync --frozen --compile-bytecode$(EXTRAS)

spark: $(if $(filter $(LOCAL_UV),$(UV)),$(LOCAL_UV)) ## the same with the extra `spark`, which later `make setup` keep
	@$(UV) sync --frozen --compile-bytecode --extra spark

lint: setup ## ruff, mypy, import rules, sqlfluff
	@$(MAKE) --no-print-directory --jobs 2 --output-sync lint-python lint-sql

lint-python:
	@$(RUN) ruff check .
	@$(RUN) ruff format --check .
	@$(RUN) lint-imports
	@$(RUN) mypy

lint-sql:
	@$(RUN) sqlfluff lint dbt_project/models dbt_project/tests

format: setup ## let ruff and sqlfluff put the code in order
	@$(RUN) ruff check --fix --exit-zero .
	@$(RUN) ruff format .
	@$(RUN) sqlfluff fix dbt_project/models dbt_project/tests

glossary: ## make docs/glossary.md of dbt_project/models/glossary.md
	@sed -E 's/\{% (docs [a-z_]+|enddocs) %\}//g' dbt_project/models/glossary.md > docs/glossary.md

catalogs: ## bring the texts of the report into the catalogs of its languages, and list what is to be translated
	@$(RUN) python -m reporting.catalogs

env: ## write .env with random secrets, for docker compose
	@test ! -e .env || { echo ".env is already there; remove it first if you want new secrets."; exit 1; }
	@umask 077 && $(PYTHON) -c "$$WRITE_ENV" < .env.example > .env
	@echo "Wrote .env. Put the keys you have into it (for X, X_BEARER_TOKEN); then: docker compose up --detach"

walk-containers: setup ## do what docs/deployment.md says under a real Docker engine; takes about twenty minutes
	@$(RUN) python -m tests.deployment.walk

clean: ## remove .venv/, .tools/ and caches; never rapport-home/
	rm -rf .venv .tools .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

# --target needs pip alone: no venv module (which Debian packs apart), no root, and no change to the system.
$(LOCAL_UV):
	@echo "Bringing uv $(UV_VERSION) into .tools/ ..."
	@$(PYTHON) -m pip --version >/dev/null 2>&1 || { \
	  echo "Rapport needs $(PYTHON) with pip, and '$(PYTHON) -m pip' does not run."; \
	  echo "Debian, Ubuntu: apt-get install python3-pip. Elsewhere: $(PYTHON) -m ensurepip --upgrade"; exit 2; }
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-warn-script-location --root-user-action=ignore \
	  --target .tools/uv-$(UV_VERSION) uv==$(UV_VERSION) || { \
	  rm -rf .tools/uv-$(UV_VERSION); \
	  echo "pip could not bring uv; its own message stands above. With uv installed by other means, run make again."; exit 2; }

define WRITE_ENV
import base64, secrets, sys
for line in sys.stdin:
    name = line.strip().removesuffix("=")
    if name == "AIRFLOW_FERNET_KEY":
        line = f"{name}={base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()}\n"
    elif line.strip().endswith("=") and name != "X_BEARER_TOKEN":
        line = f"{name}={secrets.token_urlsafe(32)}\n"
    sys.stdout.write(line)
endef
export WRITE_ENV
