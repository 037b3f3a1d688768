# Everything a newcomer types. `make` alone lists it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# A file's tests stay together, because they share servers. Half of their time is waiting for processes, clocks and
# disks, so four workers do well on two cores; each needs up to a gigabyte.
# In their order, because the few tests of a slow file would else come last, and one worker would end alone.
WORKERS := -n 4 --dist loadfile --no-loadscope-reorder
# Where it is forbidden to keep what was compiled, every worker compiles every file again, and every daemon of a test too.
export PYTHONDONTWRITEBYTECODE :=
PIP := $(BIN)/pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help run test erase-proof homeserver story check contract lint types contracts format lock bench bench-identity bench-mail bench-outage goldens events client demo wheel clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.runtime ## start the daemon on config/channelhub.toml
	$(BIN)/channelhub run --config config/channelhub.toml

demo: $(VENV)/.runtime ## play a shop's morning into the running daemon
	$(BIN)/channelhub demo --config config/channelhub.toml

test: $(VENV)/.dev ## run every test
	$(BIN)/python -m pytest $(WORKERS)

check: lint types contracts ## lint, types, import contracts and the quick tests
	$(BIN)/python -m pytest -q -m "not slow" --hypothesis-profile=quick $(WORKERS)

contract: $(VENV)/.dev ## the connector contract: every connector, every case, in a table
	$(BIN)/python -m pytest -q -rNfE -p channelhub.sdk.testing.table tests/contract --ignore-glob='*the_contract*' $(WORKERS)

homeserver: ## install a Matrix homeserver (Synapse) for the tests that want a real one
	$(PYTHON) -m venv .make/homeserver
	.make/homeserver/bin/pip --disable-pip-version-check --quiet install matrix-synapse==1.163.2

story: $(VENV)/.dev ## record an agent's work in a browser into .make/story, and take the pictures of docs/pictures anew
	mkdir -p .make/story
	STORY=.make/story $(BIN)/python -m pytest -q tests/e2e/test_agent_story.py

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

contracts: $(VENV)/.dev
	$(BIN)/lint-imports --no-logo

format: $(VENV)/.dev ## put the code into its form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.dev ## speed as ratios against bare peers started in the same run
	$(BIN)/python -m bench

bench-identity: $(VENV)/.dev ## who is put together with whom among made-up people, impersonators among them
	$(BIN)/python -m bench.identity $(if $(SEED),--seed "$(SEED)")

bench-mail: $(VENV)/.dev ## scores of the mail parser over DATA=folder (our own mails without it)
	$(BIN)/python -m bench.mail $(if $(DATA),"$(DATA)")

bench-outage: $(VENV)/.dev ## quality and cost of outage detection beside simpler ways, on DATA=folder or streams of our own
	$(BIN)/python -m bench.outage $(if $(DATA),"$(DATA)")

goldens: $(VENV)/.dev ## write the results of tests/data/mail anew, to be reviewed in the diff
	$(BIN)/python -m tests.connectors.email.goldens

events: $(VENV)/.dev ## write docs/events.md and the schemas of events anew, to be reviewed in the diff
	$(BIN)/python -m tests.docs.event_page

client: $(VENV)/.dev ## write the made part of channelhub/client anew, to be reviewed in the diff
	$(BIN)/python -m tests.client.made

erase-proof: $(VENV)/.dev ## erase a customer, then look for them in every byte of the state
	$(BIN)/pytest -q tests/pipeline/test_erasing.py tests/cli/test_erase.py

lock: $(VENV)/.dev ## renew the pinned, hash-checked requirements
	$(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header --upgrade \
		pyproject.toml -o requirements/runtime.txt
	$(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header --upgrade \
		pyproject.toml --extra mailauth -c requirements/runtime.txt -o requirements/mailauth.txt
	$(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header --upgrade \
		pyproject.toml --extra mcp -c requirements/runtime.txt -o requirements/mcp.txt
	$(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header --upgrade \
		pyproject.toml --extra signatures -c requirements/runtime.txt -o requirements/signatures.txt
	$(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header --upgrade \
		pyproject.toml --extra mailauth --extra mcp --extra signatures --group test --group lint --group lock -c requirements/runtime.txt -o requirements/dev.txt
	$(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header --upgrade \
		--group build -c requirements/dev.txt -o requirements/build.txt

wheel: $(VENV)/.dev ## build the wheel into dist/
	$(BIN)/python -m hatchling build -t wheel

clean: ## remove what was built; var/ with its messages stays
	rm -rf $(VENV) dist build .make .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

# A stamp is as new as what it installed: changed requirements install again.
$(VENV)/.runtime: requirements/build.txt requirements/runtime.txt pyproject.toml | $(BIN)/python
	$(PIP) install --require-hashes -r requirements/build.txt -r requirements/runtime.txt
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/build.txt requirements/dev.txt pyproject.toml | $(BIN)/python
	$(PIP) install --require-hashes -r requirements/build.txt -r requirements/dev.txt
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.runtime
