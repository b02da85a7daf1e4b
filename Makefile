# `make help` lists the targets. Nothing has to be installed beforehand but Python >= 3.11 and Pango.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
RUN := .venv/.installed-run
DEV := .venv/.installed-dev
TEST_PROCESSES ?= auto
MANAGE := $(BIN)/python manage.py
# For the steps that ask a database: the embedded servers of the test folder, started and stopped around the command.
WITH_SERVERS := LOCAL_DIR=.local/test $(BIN)/python -m aarokya.embedded
WITH_BENCH := LOCAL_DIR=.local/bench $(BIN)/python -m aarokya.embedded
PANGO_HINT := Pango is missing: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
.DEFAULT_GOAL := help
.PHONY: help run test check browser demo clean lock bench fuzz mix fonts openapi pango chromium steps

# One quiet line for a step that passes; its whole output when it fails.
define step
	@printf '  %-34s' '$(1)'; if output=$$($(2) 2>&1); then echo ok; else echo FAILED; echo "$$output"; exit 1; fi
endef

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

run: $(RUN) pango ## everything on this machine, until Ctrl-C (PORT, SANDBOX_PORT, LOCAL_DIR)
	@exec $(MANAGE) up

test: $(DEV) pango ## the whole suite on a real PostgreSQL and Valkey
	@$(BIN)/python -m pytest -n $(TEST_PROCESSES) --dist loadgroup -q

check: steps test ## what must pass before a change is shared: format, lint, types, layers, schema, templates, tests

steps: $(DEV) pango
	$(call step,format,$(BIN)/ruff format --check .)
	$(call step,lint,$(BIN)/ruff check .)
	$(call step,types,$(BIN)/mypy .)
	$(call step,layers,$(BIN)/lint-imports)
	$(call step,templates,$(BIN)/djlint --lint --quiet templates)
	$(call step,migrations match models,$(WITH_SERVERS) $(MANAGE) makemigrations --check --dry-run)
	$(call step,production settings,bash -c 'set -a; . .ci/production.env; exec $(MANAGE) check --deploy --fail-level WARNING')
	$(call step,OpenAPI,bash -c '$(MANAGE) spectacular --validate --fail-on-warn --format openapi-json | diff -u openapi.json -')
	$(call step,error catalogue,$(MANAGE) error_catalogue --check)

browser: $(DEV) pango chromium ## the back office and the checkout in a real browser
	@$(BIN)/python -m pytest -n 0 -q -p no:randomly --timeout 300 tests/browser

demo: $(RUN) ## the whole journey over HTTP against a running server, step by step
	@$(MANAGE) demo

clean: ## delete the environment and everything under LOCAL_DIR
	@if [ -x $(BIN)/python ]; then $(BIN)/python -m aarokya.embedded clean; fi
	@rm -rf .venv .static .mypy_cache .ruff_cache .hypothesis .import_linter_cache

lock: $(DEV) ## resolve the dependencies anew into the hashed lock files
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		pyproject.toml -o requirements.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--extra dev --constraint requirements.txt pyproject.toml -o requirements-dev.txt

openapi: $(RUN) ## write openapi.json from the code
	@$(MANAGE) spectacular --validate --fail-on-warn --format openapi-json > openapi.json.new && mv openapi.json.new openapi.json

fonts: $(DEV) ## cut the bundled fonts anew from Debian's fonts-noto-core
	@$(BIN)/python assets/fonts/subset.py

bench: $(DEV) pango ## the numbers of bench/results.md, on servers and data of their own
	@$(WITH_BENCH) clean
	@$(WITH_BENCH) $(BIN)/python -m bench; status=$$?; $(WITH_BENCH) clean; exit $$status

mix: $(DEV) pango ## ten thousand random steps over the real services; SEED and STEPS repeat a run that failed
	@MIX_SEED=$(SEED) MIX_STEPS=$(or $(STEPS),10000) $(BIN)/python -m pytest -n 0 -q --show-capture=no --tb=line tests/test_mix.py

fuzz: $(DEV) pango ## schemathesis over openapi.json against a product of its own, as a rider and as staff
	@$(BIN)/python -m tests.fuzz

chromium:
	@[ -x /usr/bin/chromium ] || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
		&& echo 'installing Chromium' && apt-get update -qq \
		&& DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium >/dev/null; } \
		|| { echo 'Chromium is missing: apt-get install chromium'; exit 1; }

pango: $(RUN)
	@$(BIN)/python -c 'import weasyprint.text.ffi' 2>/dev/null || { echo '$(PANGO_HINT)'; exit 1; }

$(RUN): requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.12 …" if sys.version_info < (3, 11) else 0)'
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv .venv
	@echo 'installing the locked packages into .venv'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(DEV): requirements-dev.txt $(RUN)
	@echo 'installing the locked packages for tests and checks into .venv'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@
