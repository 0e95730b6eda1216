# Every command that a person or CI runs. `make` alone lists them.

PYTHON ?= python3
BIN := .venv/bin
# Wheels of what the program needs: a test installs the program from them into an empty environment.
WHEELS := .cache/wheels
# Looks at the scripts of the preview's pages, as deno.json says; asks no network.
DENO := DENO_DIR=.cache/deno DENO_NO_UPDATE_CHECK=1 $(BIN)/deno
SCRIPTS := 'newsletter/**/*.js' 'tools/**/*.js'

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

.PHONY: environment
environment:
	@$(PYTHON) tools/environment.py

.PHONY: dev-environment
dev-environment:
	@$(PYTHON) tools/environment.py --dev

$(WHEELS)/.downloaded: requirements/program.txt requirements/build.txt requirements/old-pip.txt
	@rm -rf $(WHEELS)
	@$(BIN)/pip download --quiet --no-deps --require-hashes --no-build-isolation --use-pep517 $(patsubst %,-r %,$^) --dest $(WHEELS)
	@touch $@

.PHONY: pango
pango: environment
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

# Playwright's driver is a Node.js of its own, which needs libatomic on Debian 12.
.PHONY: chromium
chromium: dev-environment
	@{ command -v chromium || command -v google-chrome; } >/dev/null && $(BIN)/playwright --version >/dev/null 2>&1 || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-liberation libatomic1 >/dev/null; \
	  else \
	    echo "The tests look at emails in Chromium: please install it (Debian: apt install chromium fonts-liberation libatomic1)."; \
	    exit 1; \
	  fi; }

.PHONY: build
build: environment pango ## Make the environment, then the mail of every issue in issues/
	$(BIN)/newsletter build

.PHONY: test
test: export PYTHONDONTWRITEBYTECODE =  # byte code of the tests, kept, spares each process 3 s
test: dev-environment $(WHEELS)/.downloaded pango pdftotext chromium ## All that CI checks: format, lint, types, layers, tests; with COVERAGE=1 what they reach
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(DENO) fmt --check $(SCRIPTS)
	$(DENO) lint $(SCRIPTS)
	$(DENO) check --quiet --no-remote --no-npm $(SCRIPTS)
	$(BIN)/python -m pytest --numprocesses $$(( $$(getconf _NPROCESSORS_ONLN) + 1 )) --dist worksteal $(if $(COVERAGE),--cov --cov-report term)

.PHONY: format
format: dev-environment ## Format the code, and mend what the linter can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(DENO) fmt $(SCRIPTS)
	$(DENO) lint --fix $(SCRIPTS)

.PHONY: golden
golden: dev-environment ## Write the golden files anew; look at the difference before committing
	$(BIN)/python -m pytest tests/rendering/test_golden.py tests/rendering/test_looks.py -k golden --write-golden

.PHONY: docs
docs: dev-environment ## Write the manual's pages of commands and rules, and its tables, anew; its site into build/manual/
	$(BIN)/python tools/write_pages.py
	$(BIN)/python tools/manual_site.py

.PHONY: gallery
gallery: dev-environment chromium ## Show every kind in every look: write docs/gallery.md, its pictures, the README's, the manual's kinds
	$(BIN)/python tools/gallery.py

.PHONY: messages
messages: dev-environment ## Bring the French catalogue up to date with the code
	@mkdir -p .cache
	PYTHONPATH=tools $(BIN)/pybabel -q extract --mapping newsletter/locales/babel.cfg --keywords "_ N_ counted:1,2" --no-location --sort-output --project newsletter --copyright-holder "the newsletter founders" --output .cache/newsletter.pot .
	$(BIN)/pybabel -q update --domain newsletter --input-file .cache/newsletter.pot --output-dir newsletter/locales --locale fr --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	$(BIN)/pybabel -q compile --domain newsletter --directory newsletter/locales

.PHONY: soak
soak: dev-environment ## What takes long: laws tried 3,000 times, 10,000 spoilt samples, 1,000 saves, twenty kills of 2,000, mutants (hours)
	$(BIN)/python -m pytest --numprocesses auto -m soak
	$(BIN)/python -m pytest --numprocesses auto --hypothesis-profile soak tests/source tests/rendering tests/mailing/message/test_message.py
	MUTATIONS=10000 $(BIN)/python -m pytest --numprocesses auto tests/test_mutations.py
	KILLS=20 KILLED_RECIPIENTS=2000 $(BIN)/python -m pytest tests/sending/test_deaths.py
	$(BIN)/python tools/debian_servers.py && $(BIN)/python -m pytest tests/servers -m soak
	$(BIN)/mutmut run
	$(BIN)/mutmut results

.PHONY: servers
servers: dev-environment chromium ## Real Postfix, Exim, OpenSMTPD, Dovecot, nginx, PostgreSQL, unpacked from Debian's packages (not installed)
	$(BIN)/python tools/debian_servers.py
	$(BIN)/python -m pytest tests/servers

.PHONY: fresh
fresh: ## Build and test on new Debians, as root and as a user, with and without network (needs root)
	tools/fresh.sh

.PHONY: demo-send
demo-send: dev-environment ## Send a sample to 300 made-up members, on a bad day: strict server, lost file, killed sender
	$(BIN)/python tools/demo_send.py

.PHONY: demo-returns
demo-returns: dev-environment ## Send to 200 members through Postfix: twenty dead, three leave, one complains; then the next
	$(BIN)/python tools/debian_servers.py
	PYTHONPATH=. $(BIN)/python tools/demo_returns.py

.PHONY: demo-team
demo-team: dev-environment ## Schedule a letter for two colleagues' workers: one is killed, the database restarts; everyone once
	$(BIN)/python tools/debian_servers.py postgresql
	PYTHONPATH=. $(BIN)/python tools/demo_team.py

.PHONY: demo-site
demo-site: dev-environment pango ## Make a site of the samples, served by nginx on this machine (unpacked, not installed)
	$(BIN)/python tools/demo_site.py

.PHONY: bench
bench: dev-environment ## Measure build, preview and sending beside their peers (npm, pip); write docs/benchmarks.md
	$(BIN)/python benchmarks/page.py

# Without addresses: each machine installs from the index that it is set up for.
LOCK := .cache/lock/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

.PHONY: lock
lock: ## Choose the newest versions of everything, with hashes, for Linux and macOS
	@$(PYTHON) -m venv .cache/lock && .cache/lock/bin/pip install --quiet uv
	$(LOCK) --all-extras --output-file requirements/program.txt pyproject.toml
	$(LOCK) --constraint requirements/program.txt --output-file requirements/build.txt requirements/build.in
	$(LOCK) --constraint requirements/program.txt --constraint requirements/build.txt --group dev --output-file requirements/dev.txt

.PHONY: clean
clean: ## Remove what the other targets made
	rm -rf .venv .cache build dist .coverage* .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis mutants
