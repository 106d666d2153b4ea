# Two commands are all a newcomer needs: `make demo` and `make test`.
.PHONY: demo paper test lint architecture clean
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT ?= out

demo: $(VENV)/.installed
	$(BIN)/berknash report examples/sycophancy.toml --out $(OUT)

paper: $(VENV)/.installed
	$(BIN)/python -m berknash.proofs.paper.writing examples/traps $(OUT)

test: $(VENV)/.installed-test
	$(BIN)/python -m pytest -n auto
	$(BIN)/python -m pytest -n auto --doctest-modules --pyargs berknash

architecture: $(VENV)/.installed-test
	$(BIN)/python benchmarks/architecture.py

lint: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

$(VENV)/bin/python:
	@command -v uv >/dev/null 2>&1 && uv venv --quiet $(VENV) || $(PYTHON) -m venv $(VENV) || \
	  { echo "berknash needs python3 with venv and pip, or uv (Debian: apt-get install python3-venv python3-pip)" >&2; exit 1; }

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	@if command -v uv >/dev/null 2>&1; then uv pip install --quiet --compile-bytecode --python $(BIN)/python -e .; \
	 else $(BIN)/python -m pip install --quiet --disable-pip-version-check -e .; fi
	@touch $@

$(VENV)/.installed-test: pyproject.toml | $(VENV)/bin/python
	@if command -v uv >/dev/null 2>&1; then uv pip install --quiet --compile-bytecode --python $(BIN)/python -e '.[test]'; \
	 else $(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test]'; fi
	@touch $@ $(VENV)/.installed

clean:
	rm -rf $(OUT) build dist *.egg-info
