# idwatch. `make demo` and `make test` set up all they need in .venv; needed beforehand: Python 3.11 or newer, make, git.
# ARGS are handed on: make run ARGS="--help"

VENV    := .venv
BIN     := $(VENV)/bin
CORE    := $(VENV)/.core
DEV     := $(VENV)/.dev
BENCH   := $(VENV)/.bench
WORKERS ?= 2
ARGS    ?=
UV      := 0.13.9

# The first Python from 3.11 to 3.14 that is found, `python3` before the others.
PYTHON  ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$p" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null && { echo "$$p"; break; }; done)

# Whoever has the development environment needs no other.
READY   := $(if $(wildcard $(DEV)),$(DEV),$(CORE))

.DEFAULT_GOAL := help
.PHONY: help demo run serve test lint format docs bench soak fuzz upgrade lock clean

help:
	@echo 'make demo      all of it in a minute, offline, on sample sites'
	@echo 'make run       one real pass: crawl, resolve, a draft of this week'"'"'s digest'
	@echo 'make serve     crawls and sends as things fall due, until stopped'
	@echo 'make test      lint, types, contracts, tests          make lint     the first three alone'
	@echo 'make fuzz      broken pages and properties, many       make soak     the long runs'
	@echo 'make bench     the benchmarks                         make format   ruff, writing'
	@echo 'make docs      the generated pages under docs/'
	@echo 'make upgrade   after git pull: packages and database  make lock     the lock files anew (ARGS=--upgrade for newer)'
	@echo 'make clean     removes what make made, never data/'

# $(1) lock file, $(2) stamp. The stamp holds the seconds it took.
define install
	@test -n "$(PYTHON)" || { echo "idwatch needs Python 3.11 to 3.14; none was found. Name one: make PYTHON=/path/to/python3" >&2; exit 2; }
	@start=$$(date +%s); \
	echo "Installing $(1) into $(VENV) …"; \
	{ test -x $(BIN)/python && $(BIN)/python -m pip --version >/dev/null 2>&1; } || "$(PYTHON)" -m venv --clear $(VENV) || exit 1; \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1) && \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . && \
	seconds=$$(( $$(date +%s) - start )) && echo $$seconds > $(2) && echo "Installed in $$seconds s."
endef

$(CORE): requirements.lock pyproject.toml
	$(call install,requirements.lock,$@)

$(DEV): requirements-dev.lock pyproject.toml
	$(call install,requirements-dev.lock,$@)

# What the benchmarks compare with; nothing else installs it.
$(BENCH): requirements-bench.lock pyproject.toml
	$(call install,requirements-bench.lock,$@)

demo: $(READY)
	@$(BIN)/idwatch demo $(ARGS)

run: $(READY)
	@$(BIN)/idwatch run $(ARGS)

serve: $(READY)
	@exec $(BIN)/idwatch serve $(ARGS)

test: $(DEV)
	@start=$$(date +%s); status=0; \
	$(MAKE) --no-print-directory lint || status=$$?; \
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup --durations 10 $(ARGS) || status=$$?; \
	echo "Installation: $$(cat $(DEV)) s. Lint and tests: $$(( $$(date +%s) - start )) s."; \
	exit $$status

lint: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: $(DEV)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(DEV)
	$(BIN)/python -m pipeline.settings_page > docs/settings.md
	$(BIN)/idwatch sites docs

bench: $(BENCH)
	@set -e; for file in benchmarks/[a-z]*.py; do echo "== $$file"; $(BIN)/python $$file $(ARGS); done

soak: $(DEV)
	$(BIN)/python -m pytest -m soak $(ARGS)

fuzz: $(DEV)
	$(BIN)/python -m pytest -n $(WORKERS) -m "hypothesis or fuzz" --hypothesis-profile=fuzz $(ARGS)

# After `git pull`: the packages the new code needs, then the database, in the form the new code needs.
upgrade: $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/idwatch db upgrade $(ARGS)

# The locks hold for Linux and macOS and Python 3.11 to 3.14, carry hashes and no address. Versions stay as locked
# unless ARGS=--upgrade or ARGS="--upgrade-package NAME". uv reads no configuration of pip, which could name files that
# only this machine has. cryptography 49 and later have no wheel for Macs with Intel processors.
COMPILE = $(VENV)-lock/bin/uv pip compile --no-config --quiet --universal --generate-hashes --python-version 3.11 \
	--no-emit-index-url --no-header --group build $(ARGS) pyproject.toml

lock: $(VENV)-lock/.uv-$(UV)
	@echo "cryptography<49; sys_platform == 'darwin' and platform_machine == 'x86_64'" > $(VENV)-lock/wheels.txt
	$(COMPILE) --constraint $(VENV)-lock/wheels.txt --extra dev --extra postgres --extra export --extra browse --extra browser --extra charts --extra dkim --extra warc-fast -o requirements-dev.lock
	$(COMPILE) --constraint requirements-dev.lock -o requirements.lock
	$(COMPILE) --constraint requirements-dev.lock --extra linkage --group bench -o requirements-bench.lock

$(VENV)-lock/.uv-$(UV):
	"$(PYTHON)" -m venv --clear $(VENV)-lock
	$(VENV)-lock/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV)
	@touch $@

clean:
	rm -rf $(VENV) $(VENV)-lock build dist htmlcov .coverage .hypothesis
	rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find spiders pipeline digests alembic tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
