# The front door. Two commands on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# pip's -c does not reach the isolated build; this does.
export PIP_CONSTRAINT := $(CURDIR)/requirements/constraints.txt
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo test test-wide soak lint types clean

$(VENV)/.ready: pyproject.toml requirements/constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@

# The main job, end to end, on the founding book.
demo: $(VENV)/.ready
	@$(BIN)/billcore run examples/founding --through 2028-12-31 --out out

lint: $(VENV)/.ready
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/ruff format --check src tests benchmarks
	$(BIN)/lint-imports --no-cache

types: $(VENV)/.ready
	$(BIN)/mypy --no-incremental

test: lint types
	$(BIN)/python -m pytest -m "not wide" -n auto --dist worksteal

test-wide: $(VENV)/.ready
	$(BIN)/python -m pytest -m wide -rA

# Long and random: laws, lives of whole books and of contracts that change, hostile bytes, mistakes made on purpose. SOAK_MINUTES=30 unless told;
# what was run and found is written to tests/soak/results.txt.
soak: $(VENV)/.ready
	PYTHONPATH=tests $(BIN)/python -m soak
