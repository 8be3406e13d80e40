PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test test-slow benchmark benchmark-library benchmark-out-of-core benchmark-peers \
	benchmark-smoke lock clean

# Everything in one step: environment, install, simulate, load, derive, study, report.
demo: $(VENV)/run
	$(BIN)/seroclear demo

test: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -n auto --dist loadgroup

# What takes minutes a test: every number of the definition, every preset on every engine.
test-slow: $(VENV)/dev
	$(BIN)/pytest -n auto --dist loadgroup -m slow

# What the stages cost on 10 thousand (small), 100 thousand (medium) or 1 million (large) patients,
# into docs/performance.md; the hospitals are kept for the next time.
SIZE ?= small
benchmark: $(VENV)/dev
	$(BIN)/python benchmarks/performance.py --size $(SIZE) --folder build/benchmark

# What every study of the library costs on a simulated hospital of that size.
benchmark-library: $(VENV)/dev
	$(BIN)/python benchmarks/library.py --size $(SIZE) --folder build/benchmark

# The same question asked of pandas, Polars and PhenEx, and statistics by lifelines and by R where it
# is installed. PhenEx needs Python 3.12.
PYTHON312 ?= python3.12
ANALYST ?= build/peers/analyst/bin/python
PHENEX ?= build/peers/phenex/bin/python
benchmark-peers: $(VENV)/dev $(ANALYST) $(PHENEX)
	$(BIN)/python benchmarks/compare_peers.py --size $(SIZE) --folder build/benchmark \
		--analyst $(ANALYST) --phenex $(PHENEX)
	$(BIN)/python benchmarks/survival_speed.py --write --lifelines $(ANALYST)

build/peers/%/bin/python: benchmarks/peers/requirements-%.txt
	$(if $(filter phenex,$*),$(PYTHON312),$(PYTHON)) -m venv build/peers/$*
	build/peers/$*/bin/pip install --quiet -r $<
	touch $@

# Five million patients with 4 GiB: an hour or two, and 20 GB of disk.
benchmark-out-of-core: $(VENV)/dev
	$(BIN)/python benchmarks/out_of_core.py --folder build/benchmark

# Fails when a stage has become slower, held against a bare scan of the same columns.
benchmark-smoke: $(VENV)/dev
	$(BIN)/python benchmarks/performance.py --smoke

$(VENV)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "seroclear needs Python 3.11 or newer: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/run: $(VENV)/pip requirements/run.txt pyproject.toml
	$(BIN)/pip install --quiet --require-hashes -r requirements/run.txt
	$(BIN)/pip install --quiet --no-deps -e .
	$(BIN)/python -m compileall -q src
	touch $@

$(VENV)/dev: $(VENV)/run requirements/dev.txt
	$(BIN)/pip install --quiet --require-hashes -r requirements/dev.txt
	touch $@

# After a change of dependencies in pyproject.toml (needs uv: pip install uv).
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--no-emit-index-url pyproject.toml -o requirements/run.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--no-emit-index-url --group dev --all-extras pyproject.toml -o requirements/dev.txt

clean:
	rm -rf $(VENV) demo
