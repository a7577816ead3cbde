# What you need: Swift 6.3 and Debian (or its packages by hand). Each verb installs what else it needs.
#
#   make demo                 the guard catching a forged cheque, on your machine
#   make demo ARGS=--once     the same, without staying up
#   make test                 every test

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

ARGS ?=
# Seconds that each fuzzer runs.
FUZZ_SECONDS ?= 60
release := .build/release/portcullis

.PHONY: help setup demo build test lint format bench evaluate attack fuzz hostile soak docs image-check clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | column -t -s '|'

setup: ## install what building and testing need
	@scripts/setup.sh build

build: setup ## the command, optimized: .build/release/portcullis
	swift build -c release --product portcullis

demo: build ## play the demo (ARGS=--once: do not stay up)
	@$(release) demo $(ARGS)

test: setup ## every test
	swift test --disable-xctest $(ARGS)

lint: ## format, layers, files, documents, Dockerfile
	@scripts/setup.sh build lint
	@scripts/lint.sh

format: setup ## format the sources in place
	swift format --in-place --parallel --recursive --configuration .swift-format Package.swift Sources Tests

bench: build ## latency, pass-through, memory (or ARGS='--only kernels', detector-cost, defense-cost), into docs/results
	@scripts/setup.sh bench reference
	swift build -c release --product PortcullisBenchmarks
	.build/release/PortcullisBenchmarks --guard $(release) $(ARGS)

evaluate: build ## detection, calibrated detectors, what defenses put back, into docs/results
	swift build -c release --product PortcullisBenchmarks
	scripts/detection.sh $(release)
	scripts/photos.sh $(release)
	scripts/evaluate.sh $(release) .build/release/PortcullisBenchmarks

attack: build ## attackers who know the guard, into docs/results; fails when it detects less than before
	scripts/attack.sh $(release) $(ARGS)

hostile: setup ## hostile files under AddressSanitizer, the C shim under UndefinedBehaviorSanitizer
	scripts/hostile.sh

fuzz: setup ## every fuzzer for FUZZ_SECONDS
	scripts/fuzz.sh $(FUZZ_SECONDS)

soak: build ## what takes minutes: memory over 100,000 requests, fuzzers for ten minutes each
	@scripts/setup.sh bench
	swift build -c release --product PortcullisBenchmarks
	.build/release/PortcullisBenchmarks --guard $(release) --only soak
	scripts/fuzz.sh 600

docs: build ## rewrite the tables in docs that come from the catalogue
	scripts/write-docs.sh $(release)

image-check: build ## run the demo in a bare root that holds what the container image would
	@scripts/setup.sh image
	scripts/check-image-contents.sh $(release)

clean: ## remove what was built
	rm -rf .build .build-asan .build-fuzz .venv
