# Everything runs in .venv, which is made when it is first needed and renewed when pyproject.toml or constraints.txt change.

PYTHON ?= python3
# Where torch comes from, if not from pip's usual index. CPU only: make test TORCH_INDEX=https://download.pytorch.org/whl/cpu
TORCH_INDEX ?=

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet -c constraints.txt

export HF_HUB_OFFLINE = 1
export ORT_DISABLE_TELEMETRY = 1

.DEFAULT_GOAL := help
.PHONY: help demo test test-all lint bench clean

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

demo: .venv/.runtime ## Tag the sentences that come with ipaner
	@$(BIN)/ipaner demo

test: .venv/.dev ## Run the tests
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 -m "not slow"

test-all: .venv/.dev ## Run the tests, the slow ones too
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2

lint: .venv/.dev ## Check style, types and the imports between packages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/.dev ## Measure speed, cold start, memory and size (about ten minutes)
	$(BIN)/python benchmarks/speed.py --out benchmarks/results/speed.json

clean: ## Remove .venv and all caches
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit("ipaner needs Python 3.11 or newer, this is " + sys.version.split()[0] + ". Another one: make PYTHON=python3.12") if sys.version_info < (3, 11) else 0'
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }

.venv/.runtime: .venv/pyvenv.cfg pyproject.toml constraints.txt
	@echo "Installing what tagging needs into .venv …"
	@$(PIP) -e .
	@touch $@

.venv/.dev: .venv/pyvenv.cfg pyproject.toml constraints.txt
	@echo "Installing what training and the tests need into .venv …"
ifneq ($(TORCH_INDEX),)
	@$(PIP) --index-url $(TORCH_INDEX) torch
endif
	@$(PIP) -e ".[train,pairs,names,plots,espeak,japanese,romanised,dev]"
	@touch $@ .venv/.runtime
