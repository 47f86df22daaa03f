# Everything here does its own set-up: no other command is needed first.
.DEFAULT_GOAL := help
.PHONY: help run test check bench screenshots demo-reset lock messages shell clean

# The first Python that is new enough; the name alone says little (a shim may be empty).
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$p && break; done)
PY := .venv/bin/python
VENV = @$(if $(PYTHON),,echo 'Siegel needs Python 3.11 or newer, and none was found. Install one, or name it: make PYTHON=/path/to/python3.11' && exit 1;) \
	$(PYTHON) tools/venv.py

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## start Siegel with a demo account on http://127.0.0.1:8000 (PORT=8080 for another port)
	$(VENV)
	@$(PY) tools/messages.py compile >/dev/null
	@$(PY) -m siegel run --demo

test: ## everything: checks, the suite on SQLite and on PostgreSQL, browser tests
	$(VENV) --dev
	@$(PY) tools/test.py

check: ## style, types, layers, templates, translations, migrations
	$(VENV) --dev
	@$(PY) tools/check.py

bench: ## measure, each figure beside its floor, on both databases
	$(VENV) --dev
	@$(PY) benchmarks/run.py

screenshots: ## take the pictures of the README from the running demo
	$(VENV) --dev
	@$(PY) tools/screenshots.py

demo-reset: ## throw the demo's data away; the next `make run` loads it anew
	@$(PYTHON) tools/demo_reset.py

lock: ## write requirements*.txt anew from requirements*.in
	$(VENV) --dev
	@for name in requirements requirements-dev; do \
		$(PY) -m uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header \
			--no-emit-index-url $$name.in -o $$name.txt || exit 1; done

messages: ## compile the translations and list what is missing
	$(VENV)
	@$(PY) tools/messages.py compile
	@$(PY) tools/messages.py missing

shell: ## Python with Siegel loaded
	$(VENV)
	@$(PY) manage.py shell

clean: ## remove the environment and caches; data in var/ stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find siegel/locale -name '*.mo' -delete
