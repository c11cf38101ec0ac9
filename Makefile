# make demo   set up and run the nightly job on the demo organisation
# make test   set up and run all checks: lint, types, import walls, tests
#
# Everything is addressed relative to this folder, so that blanks in its path do no harm.

.DEFAULT_GOAL := help
.SHELLFLAGS := -eu -c
.DELETE_ON_ERROR:

# Without compiled bytecode every start takes two to three times as long.
unexport PYTHONDONTWRITEBYTECODE
export DO_NOT_TRACK := 1
export PYTHONUTF8 := 1
# pyright runs on the Node.js that the lock names, whatever the machine has.
export PYRIGHT_PYTHON_GLOBAL_NODE := 0

PY := .venv/bin/python
N ?= 20000
PYTEST_ARGUMENTS ?=
DBT_FILES := $(shell find dbt_project -type f \( -name '*.sql' -o -name '*.yml' \) -not -path '*/target/*')

.PHONY: help demo test drills drills-anew lint format bench bench-extract bench-sources lock audit sbom clean setup

help:
	@echo 'make demo      run the nightly job on the demo organisation, in .demo'
	@echo 'make test      lint, types, import walls and the whole suite'
	@echo 'make drills    the full figure of each requirement (hours);'
	@echo '               what has passed on the same product is left out'
	@echo 'make drills-anew   all of it, whatever has passed'
	@echo 'make lint      only the first three'
	@echo 'make format    let ruff put the Python files in order'
	@echo 'make bench     time a generated world: make bench N=100000'
	@echo 'make bench-extract   time a first load of a simulated Jira: make bench-extract N=50000'
	@echo 'make bench-sources   time two sources, one after the other and side by side: make bench-sources N=2000'
	@echo 'make lock      resolve the dependencies anew'
	@echo 'make audit     look up known holes of all locked packages; says where nobody could be asked'
	@echo 'make sbom      write sbom.json: what an installation consists of (CycloneDX)'
	@echo 'make clean     remove all that the others made'

.venv/.made:
	@for candidate in python3 python3.13 python3.12 python3.11; do \
	  if "$$candidate" -c 'import sys, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then \
	    echo "Making .venv with $$("$$candidate" --version)"; \
	    "$$candidate" -m venv .venv; touch $@; exit 0; \
	  fi; \
	done; \
	echo 'Python 3.11, 3.12 or 3.13 with its venv module is needed (Debian: apt-get install python3-venv).' >&2; exit 1

.venv/.ready-run: .venv/.made requirements.lock .ci/installer.lock .ci/install.py pyproject.toml
	@echo 'Installing what requirements.lock names (about a minute, once)'
	@$(PY) .ci/install.py requirements.lock
	@touch $@

.venv/.ready-test: .venv/.ready-run tests/requirements.lock
	@echo 'Installing what tests/requirements.lock names'
	@$(PY) .ci/install.py tests/requirements.lock
	@touch $@

.venv/.ready-models: .venv/.ready-run $(DBT_FILES)
	@$(PY) -m pipelines.defs.dbt_project
	@touch $@

setup: .venv/.ready-models

demo: setup
	@$(PY) -m pipelines.cli demo .demo

lint: .venv/.ready-test .venv/.linted-models
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check --quiet .
	@$(PY) -m pyright --warnings
	@$(PY) -c 'from importlinter.cli import lint_imports_command as lint; lint()' --no-logo

# sqlfluff takes a second a model, so that only those changed since it last found no fault are read.
.venv/.linted-models: .venv/.ready-test $(DBT_FILES)
	@changed=$$(find dbt_project/models -name '*.sql' $$( [ $@ -nt pyproject.toml ] && echo -newer $@)); \
	if [ -n "$$changed" ]; then \
	  $(PY) -W ignore -m sqlfluff lint --disable-progress-bar --processes 2 $$changed; \
	fi
	@touch $@

test: .venv/.ready-test .venv/.ready-models lint
	@$(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder -q $(PYTEST_ARGUMENTS)

drills: .venv/.ready-test .venv/.ready-models
	@THROUGHLINE_DRILLS=full $(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder -q \
	  --timeout=7200 --go-on $(PYTEST_ARGUMENTS) tests

drills-anew:
	@rm -rf .drills
	@$(MAKE) drills

format: .venv/.ready-test
	@$(PY) -m ruff check --fix --quiet .
	@$(PY) -m ruff format --quiet .

bench: .venv/.ready-test .venv/.ready-models
	@$(PY) -m tests.benchmarks.run $(N)

bench-extract: N = 50000
bench-extract: .venv/.ready-test
	@$(PY) -m tests.benchmarks.extract $(N)

bench-sources: N = 2000
bench-sources: .venv/.ready-test
	@$(PY) -m tests.benchmarks.sources $(N)

COMPILE := $(PY) -m uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --python-version 3.11 --quiet
lock: .venv/.ready-test
	@$(COMPILE) pyproject.toml --group dev --extra postgres -o tests/requirements.lock
	@$(COMPILE) pyproject.toml -c tests/requirements.lock -o requirements.lock
	@$(COMPILE) --group pyproject.toml:installer -c tests/requirements.lock -o .ci/installer.lock
	@! grep -n '://' requirements.lock tests/requirements.lock .ci/installer.lock

audit: .venv/.ready-test
	@$(PY) .ci/audit.py requirements.lock tests/requirements.lock .ci/installer.lock

sbom: .venv/.ready-run
	@$(PY) .ci/sbom.py requirements.lock > sbom.json

clean:
	@rm -rf .venv .demo sbom.json .pytest_cache .ruff_cache .hypothesis .benchmarks .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
