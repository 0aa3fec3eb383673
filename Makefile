# Two commands do all the set-up: `make demo` and `make test`.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: env demo test check bench lab gallery docs sample clean

env: .venv/.built

.venv/.built: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14) and "insight needs Python 3.11 to 3.13")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

demo: env
	$(BIN)/insight demo -o demo.html

# One thread a worker: where every core has a worker, more of them wait for each other.
test: env
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --dist loadfile

# What takes minutes is left out: reports, notebooks, browser, Spark, real archives.
check: env
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --dist loadfile -m "not (slow or browser or spark or real)"

bench: env
	$(BIN)/python -m tests.benchmarks

lab: env
	$(BIN)/jupyter lab --notebook-dir notebooks

gallery: env
	$(BIN)/python notebooks/gallery.py -o notebooks/gallery.html

docs: env
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --config-file notebooks/docs/mkdocs.yml
	$(BIN)/python notebooks/gallery.py -o build/docs/figures.html

sample: env
	$(BIN)/python -m tests.simulate data/sample

clean:
	rm -rf .venv demo.html
