# Kizuna: everything a person does with a working copy. `make` alone lists it.

PYTHON ?= $(firstword $(foreach name,python3 python3.14 python3.13 python3.12 python3.11 python,$(shell $(name) -c 'import sys; sys.version_info >= (3, 11) and print("$(name)")' 2>/dev/null)))
PORT ?= 8000
RUN := .venv/bin/python
PREPARE = $(if $(PYTHON),$(PYTHON) tools/prepare.py,@echo "Kizuna needs Python 3.11 or newer; none was found (PYTHON=… names one)." >&2; exit 1;)

.DEFAULT_GOAL := help
.PHONY: help demo serve test check format bench messages docs lock wheel-test clean

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## set everything up and serve Kizuna with the sample company on http://127.0.0.1:8000 (PORT moves it)
	@$(PREPARE) run
	@exec $(RUN) -m kizuna demo --port $(PORT)

serve: ## the same without the sample company, for development: changes in templates and styles show at once
	@$(PREPARE) run
	@$(RUN) -m kizuna migrate --verbosity 0
	@KIZUNA_DEBUG=true exec $(RUN) -m kizuna serve --port $(PORT)

test: ## the whole suite: on SQLite, on PostgreSQL and in a browser
	@$(PREPARE) test
	@exec $(RUN) -m tests.suite

check: ## linters, types, import contracts, generated docs, locks and translations
	@$(PREPARE) check
	@exec $(RUN) -m tests.checks

format: ## format the Python code and the templates
	@$(PREPARE) check
	@$(RUN) -m ruff check --fix-only --quiet . && $(RUN) -m ruff format .

bench: ## measure speed, and write docs/benchmarks.md
	@$(PREPARE) run
	@exec $(RUN) -m kizuna bench

messages: ## update the Japanese and Korean catalogues from the code
	@$(PREPARE) check
	@$(RUN) tools/messages.py update

docs: ## write docs/map.md again from the code
	@$(PREPARE) check
	@$(RUN) -m kizuna map

lock: ## choose versions again for requirements/*.txt, within the ranges of pyproject.toml
	@$(PREPARE) check
	@$(RUN) tools/lock.py

wheel-test: ## build the wheel, install it alone in an empty environment and start it
	@$(PREPARE) check
	@$(RUN) tools/wheel_test.py

clean: ## remove everything that was built, and the virtual environment; your data in var/ stays
	rm -rf .venv frontend/node_modules kizuna/base/ui/static/kizuna build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find kizuna tests -name '*.mo' -delete
	find kizuna tests tools -name __pycache__ -prune -exec rm -rf {} +
