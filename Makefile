# make demo   watch `pulumi up` take a backup      make test   every check that CI runs
# make bench  how fast and how large it all is, into docs/performance.md (QUICK=1: small, no file;
#             SECTIONS="state retention": only these)
# make docs   the documentation as a site, into site/ (make docs-serve: on loopback)
# make pictures   record the pictures of README and docs again, from real runs
# make env    eval "$(make -s env)" for a shell in which `pulumi` works by hand
# make sim    a stand-in for AWS on this machine, with a table in it (PORT=4566)

PYTHON ?= python3
PORT ?= 4566
DOCS_PORT ?= 8000
VENV := .venv
FLOOR := .venv-floor
BIN := $(VENV)/bin
SDK_FLOOR := 3.231.0
PIP := pip install --quiet --disable-pip-version-check
# The first pip that knows the dependency groups of pyproject.toml.
PIP_FLOOR := pip>=25.1
SETUP := pyproject.toml constraints.txt pulumi_ddb_backup/_version.py

# mkdocs-material advertises its successor on each build.
export NO_MKDOCS_2_WARNING := 1

.PHONY: demo test lint unit docs docs-serve env sim pictures bench clean
.DELETE_ON_ERROR:

demo: $(VENV)/.done
	@$(BIN)/python -m tools.demo

test: lint $(FLOOR)/.done
	@$(BIN)/python tools/pulumi_cli.py dir >/dev/null
	@$(BIN)/python -m pytest -n 5 --dist worksteal

lint: $(VENV)/.done
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy

unit: $(VENV)/.done
	@$(BIN)/python -m pytest tests/unit

docs: $(VENV)/.done
	@$(BIN)/python -m mkdocs --quiet build --strict

docs-serve: $(VENV)/.done
	@$(BIN)/python -m mkdocs serve --dev-addr 127.0.0.1:$(DOCS_PORT)

env: $(VENV)/.done
	@$(BIN)/python tools/pulumi_cli.py env

sim: $(VENV)/.done
	@$(BIN)/python -m tools.sim $(PORT)

pictures: $(VENV)/.pictures
	@$(BIN)/python -m tools.pictures
	@UPDATE_PICTURES=1 $(BIN)/python -m pytest -q tests/e2e/test_automation.py -k the_page

bench: $(VENV)/.done
	@$(BIN)/python -m bench $(if $(QUICK),--quick) $(SECTIONS)

clean:
	rm -rf $(VENV) $(FLOOR) build dist site *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/.done: $(SETUP)
	@echo "Setting up $(VENV) (a minute, once) ..." >&2
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/$(PIP) -c constraints.txt '$(PIP_FLOOR)'
	@$(BIN)/$(PIP) -c constraints.txt -e '.[aws,cli]' --group dev
	@touch $@

$(VENV)/.pictures: $(VENV)/.done tools/pictures/requirements.txt
	@$(BIN)/$(PIP) -r tools/pictures/requirements.txt
	@touch $@

# The oldest Pulumi SDK that is supported, for the tests that drive its provider process.
$(FLOOR)/.done: $(SETUP)
	@echo "Setting up $(FLOOR) with Pulumi's SDK $(SDK_FLOOR) (half a minute, once) ..." >&2
	@$(PYTHON) -m venv $(FLOOR)
	@grep -v '^pulumi==' constraints.txt > $(FLOOR)/constraints.txt
	@$(FLOOR)/bin/$(PIP) -c $(FLOOR)/constraints.txt -e . 'pulumi==$(SDK_FLOOR)'
	@touch $@
