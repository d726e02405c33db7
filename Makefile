# One command a line. Everything is installed into .venv; nothing else on the machine is changed but Debian
# packages, and those only as root.

VENV    ?= .venv
PYTHON  ?= python3
PORT    ?= 8000
SERVE   ?= 1
PACKAGES = libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
DEMO     = var/demo
RUN      = LEDGER_HOME=$(DEMO) LEDGER_SITE=http://127.0.0.1:$(PORT) LEDGER_COOKIE_INSECURE=1 $(VENV)/bin/mingbai

.PHONY: help demo serve-demo test check bench lock clean

help: ## show the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

demo: $(VENV)/.stamp-run ## build the sample community and serve it (PORT=, SERVE=0 stops before serving)
	rm -rf $(DEMO)
	mkdir -p $(DEMO)
	$(RUN) demo
	$(RUN) fsck
	$(RUN) report check meiyuan 2026-H1 -o $(DEMO)/check-meiyuan-2026-H1.pdf
ifeq ($(SERVE),1)
	$(RUN) serve --port $(PORT)
endif

test: $(VENV)/.stamp-dev ## run the whole suite, on SQLite and on a PostgreSQL of its own
	$(VENV)/bin/python -m pytest -n 2

check: $(VENV)/.stamp-dev ## ruff, mypy and the house rules
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/python -m pytest -q tests/test_house_rules.py

bench: $(VENV)/.stamp-peers ## the benchmarks, as ratios against floors and peers
	$(VENV)/bin/python -m bench

lock: $(VENV)/bin/uv ## write the lock files anew from pyproject.toml
	$(VENV)/bin/uv pip compile -q --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --upgrade pyproject.toml -o requirements.lock
	$(VENV)/bin/uv pip compile -q --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --extra redis pyproject.toml -c requirements.lock -o requirements-redis.lock
	$(VENV)/bin/uv pip compile -q --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --extra dev --extra redis pyproject.toml -c requirements.lock -o requirements-dev.lock
	$(VENV)/bin/uv pip compile -q --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --upgrade --group peers -o requirements-peers.lock

clean: ## remove what the commands above made
	rm -rf $(VENV) var build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

# Missing Debian packages: installed as root, else the one line to run is printed and make stops.
define debian
	@if command -v dpkg-query >/dev/null 2>&1; then \
	  missing=; for p in $(1); do dpkg-query -W -f '$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$p"; done; \
	  if [ -n "$$missing" ]; then \
	    if [ "$$(id -u)" = 0 ]; then apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	    else echo "Please run:  sudo apt-get install$$missing"; exit 1; fi; fi; fi
endef

# uv when it is there, else into the virtual environment
$(VENV)/bin/uv:
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	@if command -v uv >/dev/null 2>&1; then ln -s "$$(command -v uv)" $@; else $(VENV)/bin/python -m pip install -q uv; fi

$(VENV)/.stamp-debian:
	$(call debian,$(PACKAGES))
	@mkdir -p $(VENV) && touch $@

$(VENV)/.stamp-run: requirements.lock pyproject.toml $(VENV)/bin/uv | $(VENV)/.stamp-debian
	VIRTUAL_ENV=$(VENV) $(VENV)/bin/uv pip install -q --require-hashes -r requirements.lock
	VIRTUAL_ENV=$(VENV) $(VENV)/bin/uv pip install -q --no-deps -e .
	$(MAKE) --no-print-directory translations
	touch $@

$(VENV)/.stamp-dev: requirements-dev.lock $(VENV)/.stamp-run
	$(call debian,chromium fonts-noto-cjk hledger nginx-light redis-server)
	VIRTUAL_ENV=$(VENV) $(VENV)/bin/uv pip install -q --require-hashes -r requirements-dev.lock
	touch $@

# the peers of the benchmarks in an environment of their own; one that does not install is missing from the table
$(VENV)/.stamp-peers: requirements-peers.lock $(VENV)/.stamp-dev
	$(VENV)/bin/uv venv -q --allow-existing --python $(VENV)/bin/python $(VENV)/peers
	-VIRTUAL_ENV=$(VENV)/peers $(VENV)/bin/uv pip install -q --require-hashes -r requirements-peers.lock
	touch $@

.PHONY: translations
translations: ## compile the English words of the pages
	@for folder in public_site ledger/desk; do $(VENV)/bin/pybabel -q compile -d $$folder/translations; done
