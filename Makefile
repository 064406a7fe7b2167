# SPDX-License-Identifier: Apache-2.0
# Two commands are enough: `make run` and `make test`. The rest is listed by `make help`.
SHELL := /bin/bash
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
.PHONY: run test check fuzz soak bench build format lint tidy clean help

run: ## install what is missing, build, and play a chess match: stockfish against gnuchess
	@scripts/install-deps run
	@scripts/build package
	@.venv/bin/matchrunner run --progress examples/chess/match.json

test: ## install what is missing, build, and run every test
	@scripts/install-deps test
	@scripts/build everything
	@scripts/run-tests all

check: ## the quick part of the tests, for daily work
	@scripts/install-deps test
	@scripts/build everything
	@scripts/run-tests quick

fuzz: ## libFuzzer on everything that reads outside bytes, 60 s each; takes minutes
	@scripts/install-deps test
	@scripts/check-fuzz

soak: ## a fleet of runners, then one of services, killed and stopped at random; MATCHRUNNER_SOAK_MINUTES=30 each
	@scripts/install-deps test
	@scripts/build everything
	@build/tests/faults/fleet_soak
	@.venv/bin/python python/tests/test_cli/service_rounds.py

bench: ## limit, peer and ours side by side, against the required bounds; takes minutes
	@scripts/install-deps bench
	@scripts/build everything
	@cmake --preset release >build/configure-release.log && cmake --build --preset release -- --quiet
	@.venv/bin/python scripts/run-bench build-release

build: ## install what is missing and build all of it, .venv/bin/matchrunner included
	@scripts/install-deps test
	@scripts/build everything

format: ## lay out every C and C++ file by .clang-format
	@scripts/check-format --fix

lint: ## the quick checks of CI: includes, files, layout, generated pages, exports, types
	@scripts/check-includes
	@scripts/check-files
	@scripts/check-format
	@scripts/check-docs
	@scripts/check-exports
	@scripts/check-types

tidy: ## clang-tidy over the library; takes minutes
	@scripts/check-tidy

clean: ## remove what was built; .venv stays
	rm -rf build build-*

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | while IFS=$$'\t' read -r name text; do \
	  printf '  make %-8s %s\n' "$$name" "$$text"; done
