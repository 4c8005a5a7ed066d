# The two commands a stranger needs are `make demo` and `make test`. Each makes its own environment under .venvs/.

PYTHON ?= python3
ARGS ?=
TESTS ?= tests edge
WORKERS ?= 2

# Tests, benchmarks and the building of models use ONNX Runtime directly, too: it reports none of them.
export ORT_DISABLE_TELEMETRY := 1

DEV := .venvs/dev
DEMO := .venvs/demo
LOCKS := deploy/requirements

.DEFAULT_GOAL := help
.PHONY: help demo test lint types contracts unit coverage coverage-foundations bench wheel lock documents faces format clean

help:
	@echo "make demo            show everything on this machine; ARGS=--once ends after the last step"
	@echo "make test            lint, types, import contracts and tests; TESTS=tests/trust for some, WORKERS=4 at once"
	@echo "make coverage        all tests, and the share of edge's lines that they run"
	@echo "make bench           measure the figures of benchmarks/README.md; ARGS=mutants says whether the tests notice mistakes"
	@echo "make wheel           build dist/skerry-*.whl, the model in it"
	@echo "make lock            pin the dependencies again, with hashes"
	@echo "make faces           build the desk's pages from edge/faces, with Node and npm; commit what is built"
	@echo "make documents       write again what pages say of settings, metrics, log events and reasons"

demo: $(DEMO)/ready
	@$(DEMO)/bin/skerry demo $(ARGS)

test: lint types contracts unit
	@echo
	@echo "all checks passed; next: make demo"

lint: $(DEV)/ready
	@echo "--- lint"
	@$(DEV)/bin/ruff check .
	@$(DEV)/bin/ruff format --check .

types: $(DEV)/ready
	@echo "--- types"
	@$(DEV)/bin/mypy

contracts: $(DEV)/ready
	@echo "--- import contracts"
	@$(DEV)/bin/lint-imports

# Hundreds of tests start a whole PoP each. Otherwise glibc keeps what they free, gigabytes in the end.
unit coverage coverage-foundations: export MALLOC_ARENA_MAX := 2
unit coverage coverage-foundations: export MALLOC_TRIM_THRESHOLD_ := 131072

unit: $(DEV)/ready
	@echo "--- tests"
	@$(DEV)/bin/pytest --numprocesses $(WORKERS) --dist loadfile $(TESTS) $(ARGS)

# Apart from `unit`: Python 3.11 has no monitoring, and with a tracer tests take about 1.6 times the processor time.
coverage: $(DEV)/ready
	@echo "--- tests, with coverage"
	@rm -rf .cache/coverage
	@$(DEV)/bin/coverage run -m pytest --numprocesses $(WORKERS) --dist loadfile $(TESTS) $(ARGS)
	@$(DEV)/bin/coverage combine --quiet
	@$(DEV)/bin/coverage report

# The rooms that decide, verify and keep, and what they stand on: by their own tests alone (97.1 %).
FOUNDATIONS := config decide host safety shelf store tally tokens triage trust wire
FOUNDATIONS_FLOOR := 97

coverage-foundations: $(DEV)/ready
	@echo "--- tests of $(FOUNDATIONS), with coverage"
	@rm -rf .cache/coverage
	@$(DEV)/bin/coverage run -m pytest --numprocesses $(WORKERS) --dist loadfile $(FOUNDATIONS:%=tests/%)
	@$(DEV)/bin/coverage combine --quiet
	@$(DEV)/bin/coverage report --fail-under $(FOUNDATIONS_FLOOR) \
		--include "edge/shelf.py,$$(set -f; echo $(FOUNDATIONS:%=edge/%/*) | tr ' ' ',')"

bench: $(DEV)/ready
	@$(DEV)/bin/python -m benchmarks $(ARGS)

wheel: $(DEV)/ready
	@rm -f dist/skerry-*.whl
	@$(DEV)/bin/python -m build --wheel --no-isolation --outdir dist . | tail -n 1

lock: $(DEV)/ready
	@$(DEV)/bin/python deploy/requirements/lock.py

documents: $(DEV)/ready
	@$(DEV)/bin/python deploy/documents.py
	@$(DEV)/bin/python deploy/face_types.py

# Needs Node and npm. What is built is committed, so that nobody else needs them.
faces:
	@cd edge/faces && npm ci --no-audit --no-fund --ignore-scripts --loglevel=error && npm run --silent build

format: $(DEV)/ready
	@$(DEV)/bin/ruff format .
	@$(DEV)/bin/ruff check --fix .

clean:
	rm -rf .venvs .cache dist build .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

$(DEV)/ready: $(LOCKS)/dev.txt pyproject.toml
	@PYTHON="$(PYTHON)" sh deploy/environment.sh $(DEV) $(LOCKS)/dev.txt

$(DEMO)/ready: $(LOCKS)/publisher.txt pyproject.toml
	@PYTHON="$(PYTHON)" sh deploy/environment.sh $(DEMO) $(LOCKS)/publisher.txt
