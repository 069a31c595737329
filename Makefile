# make build    install what is missing, then build the warehouse (the demo shop unless SOURCE says otherwise)
# make publish  build, then put a copy of the marts in warehouse/published/, for BI tools to keep open
# make test     every check that CI runs
# make bench    time and memory of a shop of SIZE events (1m, 10m, 100m), into benchmarks/RESULTS.md
SHELL := bash
.SHELLFLAGS := -o pipefail -c
.DELETE_ON_ERROR:
.PHONY: build publish test test-slow lint architecture bench lock clean
.PHONY: spark-up spark-down spark-build spark-score test-spark

PYTHON ?= python3
SOURCE ?= demo
RAW_PATH ?=
# further vars for one run: VARS='as_of: "2025-01-31", bot_events_per_day: 500'
VARS ?=
DBT := .venv/bin/dbt
SQLFLUFF := .venv/bin/python tests/lint_sql.py
comma := ,
# the quotes reach dbt as YAML, so that paths may hold blanks and globs
DBT_VARS := $(if $(filter-out demo,$(SOURCE))$(RAW_PATH)$(VARS),--vars '{source: "$(SOURCE)"$(if $(RAW_PATH),$(comma) raw_path: "$(RAW_PATH)")$(if $(VARS),$(comma) $(VARS))}')
WAREHOUSE := $(or $(FOOTFALL_WAREHOUSE),warehouse/$(patsubst demo,footfall,$(SOURCE)).duckdb)
# dbt runs what stands in double braces, first of all in the name of the warehouse
ifneq ($(findstring {{,$(SOURCE)),)
$(error Footfall: SOURCE is '$(SOURCE)', which is no known source. All are in macros/sources)
endif
SIZE ?= 1m
PARTS ?= demo shop compiled questions
WORK ?= benchmarks/data
# What did not change since the last complete build is not built again; `.venv/bin/dbt build` builds everything.
# FOOTFALL_VERBOSE=1 shows dbt's own output.
build: .venv/installed
	@.venv/bin/footfall build --warehouse "$(WAREHOUSE)" $(DBT_VARS)

publish: build
	@.venv/bin/footfall publish --warehouse "$(WAREHOUSE)"

# two processes, each with files of its own: a build keeps one core busy
test: .venv/installed lint
	.venv/bin/pytest -m "not slow and not spark" -n 2 --dist loadfile --no-loadscope-reorder --cov --cov-report=term

test-slow: .venv/installed
	.venv/bin/pytest -m slow

lint: .venv/installed
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	$(SQLFLUFF) lint --processes 2 models tests analyses
	@# dbt compiles one source at a time; the demo's was linted above; the customer model's 270
	@# columns of one shape take sqlfluff minutes
	@printf '%s\n' tracking rees46 online_retail olist purchase_history | xargs -P 2 -I {} bash -c '\
	    mkdir -p target/lint/{} && printf "[sqlfluff:templater:dbt:context]\nsource = {}\n" > target/lint/{}.cfg && \
	    DBT_TARGET_PATH=target/lint/{} $(SQLFLUFF) lint --config target/lint/{}.cfg $$(ls -d models/*/{}/*.sql | grep -v /base_)'

# docs/architecture.md, which shows the way of one event through the models
architecture: .venv/installed
	$(DBT) --quiet parse --target-path target/architecture --vars '{source: tracking}'
	.venv/bin/python docs/architecture.py target/architecture/manifest.json

bench: .venv/bench-installed $(if $(filter spark,$(PARTS)),.venv/spark-installed)
	.venv/bin/python benchmarks/run.py --size $(SIZE) --parts $(PARTS) --work "$(WORK)"

# what the benchmark compares with is nothing that a build needs
.venv/bench-installed: requirements-bench.lock .venv/installed
	.venv/bin/uv pip install --quiet --python .venv/bin/python --no-deps --require-hashes --compile-bytecode -r requirements-bench.lock
	@touch $@

# uv is the only thing pip installs; everything else comes from the lock, verified by hash
.venv/installed: requirements.lock pyproject.toml
	@echo "Installing into .venv, which is done once and takes a minute or two:"
	@echo "  creating .venv with $(PYTHON)"
	@$(PYTHON) -m venv .venv
	@echo "  installing uv"
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check uv
	@echo "  installing the $$(grep -c '^[a-z].*==' requirements.lock) packages of requirements.lock"
	@.venv/bin/uv pip install --quiet --python .venv/bin/python --no-deps --require-hashes --compile-bytecode -r requirements.lock
	@echo "  installing Footfall"
	@.venv/bin/uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation -e .
	@touch $@

# Spark: `make spark-up spark-build spark-score spark-down`, with the SOURCE, RAW_PATH and VARS of `make build`
SPARK_WORKERS ?= 2
SPARK_MEMORY ?= 2g
SHOP := $(or $(FOOTFALL_SPARK_SCHEMA),$(patsubst demo,footfall,$(SOURCE)))
SPARK_TABLES := $(or $(FOOTFALL_SPARK_TABLES),$(or $(FOOTFALL_SPARK_HOME),$(CURDIR)/warehouse/spark)/tables)
spark-score: export FOOTFALL_WAREHOUSE := $(or $(FOOTFALL_WAREHOUSE),warehouse/$(SHOP)_on_spark.duckdb)

spark-up: .venv/spark-installed
	spark/cluster.sh up $(SPARK_WORKERS) $(SPARK_MEMORY)

spark-down: .venv/spark-installed
	spark/cluster.sh down

spark-build: .venv/spark-installed
	$(DBT) build --target spark $(DBT_VARS)

# what Python models feed, on DuckDB over the tables that Spark wrote
spark-score: .venv/installed
	$(DBT) run-operation attach_spark_tables --args '{folder: "$(SPARK_TABLES)", schema: "$(SHOP)"}' $(DBT_VARS)
	$(DBT) build --exclude-resource-type unit_test $(DBT_VARS) -s quality_gate tag:needs_python "1+tag:needs_python,config.materialized:view" "1+int_customer_month_series,config.materialized:view"

# needs a cluster: make spark-up
test-spark: .venv/spark-installed
	.venv/bin/pytest -m spark

# what Spark needs on top, which nobody else has to install
.venv/spark-installed: .venv/installed requirements-spark.lock
	.venv/bin/uv pip install --quiet --python .venv/bin/python --no-deps --require-hashes --compile-bytecode -r requirements-spark.lock
	@touch $@

lock:
	.venv/bin/uv pip compile --quiet pyproject.toml --universal --extra dev --generate-hashes --override overrides.txt --no-annotate --no-header -o requirements.lock
	@# what they share has one version
	for extra in bench spark; do \
	    .venv/bin/uv pip compile --quiet pyproject.toml --universal --extra $$extra --constraint requirements.lock --generate-hashes --override overrides.txt --no-annotate --no-header -o requirements-$$extra.lock || exit 1; \
	done

clean:
	rm -rf target logs warehouse/*.duckdb warehouse/*.wal warehouse/*.html warehouse/*.last_build.json warehouse/published
