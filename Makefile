# Everything a newcomer needs is `make run` and `make test`. The work is done by the scripts in tests/tools.
.PHONY: help run build test check bench chaos journeys schema api web clean
.DEFAULT_GOAL := help

help: ## this list
	@awk -F':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## install what is missing, build, and open the demo community on http://localhost:8080
	@exec tests/tools/run.sh

build: ## only build the program, with the site in it
	@exec tests/tools/run.sh --build-only

test: ## every test: format, lint, Rust, web, journeys in a real browser
	@exec tests/tools/test.sh all

check: ## the quick part: format, lint, types, unit tests
	@exec tests/tools/test.sh quick

bench: ## figures beside the limit of the machine; JSON lines in target/bench/results.jsonl
	@exec tests/tools/bench.sh

chaos: ## long runs in which nodes, Redis and PostgreSQL break; name faults with ARGS="Redis"
	@exec tests/tools/chaos.sh $(ARGS)

journeys: ## only the browser journeys; name one with ARGS="smoke"
	@exec tests/tools/test.sh journeys $(ARGS)

schema: ## write server/src/infra/schema.rs anew from the migrations
	@UPDATE=1 cargo test --locked -p ligesind-tests --test it schema::diesel_sees

api: ## write the OpenAPI document, the answers by role and the web client's types anew
	@UPDATE=1 cargo test --locked -p ligesind-tests --test it openapi::
	@cd web && npm run --silent api

web: ## only build the site
	@exec tests/tools/web.sh

clean: ## remove what was built (never the data in var/)
	rm -rf web/build web/.svelte-kit web/node_modules tests/browser/node_modules tests/browser/results tests/browser/report
	cargo clean
