# Every command that a person or CI runs. `make` alone lists them.

PYTHON ?= python3
BIN := .venv/bin
# Wheels of what the program needs: a test installs the program from them into an empty environment.
WHEELS := .cache/wheels

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

.venv/.installed: requirements.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --require-hashes -r requirements.txt
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.installed-dev: .venv/.installed requirements-dev.txt
	$(BIN)/pip install --quiet --require-hashes -r requirements-dev.txt
	@touch $@

$(WHEELS)/.downloaded: .venv/.installed requirements.txt
	rm -rf $(WHEELS)
	$(BIN)/pip download --quiet --require-hashes -r requirements.txt --dest $(WHEELS)
	@touch $@

.PHONY: pango
pango: .venv/.installed
	@$(BIN)/python -c 'import weasyprint' 2>/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && apt-get install -y -qq --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation >/dev/null; \
	  else \
	    echo "Press releases get no PDF: please install Pango (Debian: apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0; macOS: brew install pango)."; \
	  fi; }

.PHONY: pdftotext
pdftotext:
	@command -v pdftotext >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && apt-get install -y -qq --no-install-recommends poppler-utils >/dev/null; \
	  else \
	    echo "The tests read PDFs with pdftotext: please install it (Debian: apt install poppler-utils)."; \
	    exit 1; \
	  fi; }

.PHONY: chromium
chromium:
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-liberation >/dev/null; \
	  else \
	    echo "The tests look at mails in Chromium: please install it (Debian: apt install chromium)."; \
	    exit 1; \
	  fi; }

.PHONY: build
build: .venv/.installed pango ## Make the environment, then the mail of every issue in issues/
	$(BIN)/newsletter build

.PHONY: test
test: .venv/.installed-dev $(WHEELS)/.downloaded pango pdftotext chromium ## All that CI checks: format, lint, types, layers, tests with coverage
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest --numprocesses auto --cov --cov-report term

.PHONY: format
format: .venv/.installed-dev ## Format the code, and mend what the linter can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: golden
golden: .venv/.installed-dev ## Write the golden files anew; look at the difference before committing
	$(BIN)/python -m pytest tests/rendering/test_golden.py --write-golden

.PHONY: messages
messages: .venv/.installed-dev ## Bring the French catalogue up to date with the code
	@mkdir -p .cache
	PYTHONPATH=tools $(BIN)/pybabel -q extract --mapping newsletter/locales/babel.cfg --keywords "_ N_ counted:1,2" --no-location --sort-output --project newsletter --copyright-holder "the newsletter founders" --output .cache/newsletter.pot .
	$(BIN)/pybabel -q update --domain newsletter --input-file .cache/newsletter.pot --output-dir newsletter/locales --locale fr --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	$(BIN)/pybabel -q compile --domain newsletter --directory newsletter/locales

.PHONY: soak
soak: .venv/.installed-dev ## Spoil the samples in 10,000 ways; save 1,000 times under a preview; kill twenty sends of 2,000
	MUTATIONS=10000 $(BIN)/python -m pytest --numprocesses auto tests/test_mutations.py
	SAVES=1000 $(BIN)/python -m pytest tests/preview/test_memory.py
	KILLS=20 KILLED_RECIPIENTS=2000 $(BIN)/python -m pytest tests/mailing/test_deaths.py

.PHONY: servers
servers: .venv/.installed-dev ## Send to Postfix, Exim and OpenSMTPD, unpacked from Debian's packages (not installed)
	$(BIN)/python tools/debian_servers.py
	$(BIN)/python -m pytest tests/servers

.PHONY: fresh
fresh: ## Build and test on new Debians, as root and as a user, with and without network (needs root)
	tools/fresh.sh

.PHONY: demo-send
demo-send: .venv/.installed-dev ## Send a sample to 200 made-up members, into a server of its own
	$(BIN)/python tools/demo_send.py

.PHONY: bench
bench: .venv/.installed-dev ## Time the build beside mjml's (npm), a large members file, saves under a preview, and sending
	$(BIN)/python benchmarks/build.py
	$(BIN)/python benchmarks/members.py
	$(BIN)/python benchmarks/preview.py
	$(BIN)/python benchmarks/send.py

.PHONY: lock
lock: .venv/.installed-dev ## Choose the newest versions of everything, with hashes
	@mkdir -p .cache
	$(BIN)/python -c 'import tomllib; print("\n".join(tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"]["dev"]))' > .cache/requirements-dev.in
	$(BIN)/pip-compile $(LOCK) --build-deps-for editable --all-extras --output-file requirements.txt pyproject.toml
	$(BIN)/pip-compile $(LOCK) --constraint requirements.txt --output-file requirements-dev.txt .cache/requirements-dev.in

# Without addresses: each machine installs from the index that it is set up for.
LOCK := --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras --no-header --no-annotate --no-emit-index-url --no-emit-find-links --no-emit-trusted-host

.PHONY: clean
clean: ## Remove what the other targets made
	rm -rf .venv .cache build dist .coverage* .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
