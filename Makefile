# One word each. `make demo` and `make test` set up what they need by themselves.
SWIFT ?= swift
MODELPACK = .build/release/modelpack
PEERS ?= .build-peers

.PHONY: demo demo-smollm2 test build lint format bench soak peers peers-templates peers-tokenizers peers-perplexity conformance bench-quantize peers-quantize neon bits peers-adapters bench-deltas fuzz static deb tarball try-deb bench-damage bench-7b docs peers-sbom peers-registry peers-s3 peers-nginx schemas bench-verify crash-test peers-kld peers-page peers-recipes bench-verdict faults bench-update setup clean example api bench-start try-boot

demo: build
	@MODELPACK=$(MODELPACK) Scripts/demo.sh

demo-smollm2: build models/smollm2-135m/model.gguf
	@MODELPACK=$(MODELPACK) Scripts/demo-smollm2.sh

test: setup
	$(SWIFT) test -c release -Xswiftc -enable-testing

build: setup
	$(SWIFT) build -c release --product modelpack

# The same bits of logits on any threads, batches and kernels that run here.
bits: build models/smollm2-135m/model.gguf
	@MODELPACK=$(MODELPACK) Scripts/bits.sh

# The NEON kernels under emulation, against the portable ones and the vectors.
neon:
	@Scripts/neon.sh

lint:
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests Examples
	shellcheck Scripts/*.sh Packaging/*.sh Packaging/debian/p* .ci/run

format:
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests Examples

# Figures against llama.cpp and openssl, in one run: docs/benchmarks.md says what they mean.
bench: build models/smollm2-135m/model.gguf
	@MODELPACK=$(MODELPACK) PEERS=$(PEERS) Scripts/bench.sh

# Sizes, speed and memory of deltas beside zstd, xdelta3, bsdiff and casync; OLD= and NEW= name another pair of GGUF files.
bench-deltas: build models/smollm2-135m/model.gguf
	@MODELPACK=$(MODELPACK) Scripts/bench-deltas.sh $(OLD) $(NEW)

# UPDATES updates through a server that does something wrong every now and then; FAULT_SEED=N repeats a run.
UPDATES ?= 200
faults: setup
	FAULT_UPDATES=$(UPDATES) $(SWIFT) test -c release -Xswiftc -enable-testing --filter FaultTests

# What checking, fetching, resuming and switching cost.
bench-update: build models/smollm2-135m/model.gguf
	@MODELPACK=$(MODELPACK) Scripts/bench-update.sh

# An update is killed at N random moments; the device must stay whole each time.
N ?= 50
soak: build
	@MODELPACK=$(MODELPACK) Scripts/soak.sh $(N)

# Updates stopped at every file operation, by kill, full disk, EIO and power cut: points tried, and violations.
# STRIDE=40 tries every fortieth.
STRIDE ?= 1
crash-test: build
	@MODELPACK=$(MODELPACK) Scripts/crash-test.sh --stride $(STRIDE)

# Every parser against bad bytes, RUNS executions each; SEED, SECONDS_EACH and KEEP say how (Scripts/fuzz.sh).
RUNS ?= 20000
SEED ?= 1
fuzz:
	@RUNS=$(RUNS) SEED=$(SEED) Scripts/fuzz.sh

# Others judge our formats: model_signing reads our bundles, python-tuf our repositories.
peers: build
	@MODELPACK=$(MODELPACK) PEERS=$(PEERS) Scripts/peers.sh

# Runs every command that the pages below docs/ show, follows all links, and compares the pictures with the code.
docs: build
	@python3 Scripts/docs.py $(MODELPACK)

# Examples/Kiosk, built as other people's packages are, lives a day: docs/embedding.md.
example: build
	@MODELPACK=$(MODELPACK) Scripts/example.sh

# The public surface of the libraries is what docs/api says; WRITE=--write accepts what is built.
api: build
	@python3 Scripts/api.py $(WRITE)

# CycloneDX's and in-toto's own libraries accept the SBOM and the provenance of a bundle.
peers-sbom: build
	@MODELPACK=$(MODELPACK) PEERS=$(PEERS) Scripts/supply-chain.sh

# Push, pull and devices through Debian's docker-registry; skopeo and modelpack-client read what we push.
peers-registry: build
	@MODELPACK=$(MODELPACK) PEERS=$(PEERS) Scripts/registry.sh

# Repositories in a bucket of moto's server, which holds our signatures to botocore's; devices follow them there.
peers-s3: build models/smollm2-135m/model.gguf
	@MODELPACK=$(MODELPACK) PEERS=$(PEERS) Scripts/buckets.sh

# docs/serving.md with Debian's nginx and rsync: headers, copies that stop halfway, the systemd unit's command.
peers-nginx: build
	@MODELPACK=$(MODELPACK) Scripts/nginx.sh

# The schemas of docs/schemas, the files of Manifests/ and modelpack must agree on what is a mistake.
schemas: build
	@MODELPACK=$(MODELPACK) PEERS=$(PEERS) Scripts/schemas.sh

# Python's jinja2 renders llama.cpp's chat templates; our prompts must be the same.
peers-templates: build
	@MODELPACK=$(MODELPACK) PEERS=$(PEERS) Scripts/templates.sh

# Tokens against llama.cpp's, over megabytes of mixed text for each tokenizer.
peers-tokenizers: build
	@MODELPACK=$(MODELPACK) PEERS=$(PEERS) Scripts/tokenizers.sh

# llama.cpp computes the same perplexities, architecture by architecture.
peers-perplexity: build models/smollm2-135m/model.gguf models/gemma3-270m/model.gguf
	@MODELPACK=$(MODELPACK) PEERS=$(PEERS) Scripts/perplexity.sh

# llama.cpp finds the same divergence, agreement and perplexity between two models.
peers-kld: build models/smollm2-135m/model.gguf
	@MODELPACK=$(MODELPACK) PEERS=$(PEERS) Scripts/kld.sh

# A verdict's page in Chromium: nothing loaded, nothing logged, names, contrast, keyboard, phones, less than 1 MB.
peers-page: build
	@MODELPACK=$(MODELPACK) PEERS=$(PEERS) Scripts/page.sh

# The CI recipes of docs/guides/ci.md, run for a good and a bad release; their YAML and JUnit by the services' schemas.
peers-recipes: build
	@MODELPACK=$(MODELPACK) PEERS=$(PEERS) Scripts/recipes.sh

# How long verdicts take, and that they are the same each time.
bench-verdict: build models/smollm2-135m/model.gguf
	@MODELPACK=$(MODELPACK) Scripts/bench-verdict.sh

# TUF's client workflow, case by case, through the command line of the public conformance suite.
conformance: setup
	$(SWIFT) build -c release --product tuf-client
	@PEERS=$(PEERS) Scripts/conformance.sh

# Our quantized files and llama-quantize's, all types and mixes, byte for byte.
peers-quantize: build models/smollm2-135m/model.gguf models/gemma3-270m/model.gguf
	@MODELPACK=$(MODELPACK) PEERS=$(PEERS) Scripts/quantize-peers.sh

# numpy merges LoRA adapters and reads 8-bit floats beside us; the tensors must be the same.
peers-adapters: build models/smollm2-135m/model.gguf
	@MODELPACK=$(MODELPACK) Scripts/adapters.sh

# How fast both are, file to file, and how much memory they take.
bench-quantize: build models/smollm2-135m/model.gguf
	@MODELPACK=$(MODELPACK) PEERS=$(PEERS) Scripts/bench-quantize.sh

# What quantization damages, ours beside llama-quantize's, with limits: docs/benchmarks.md.
bench-damage: build models/smollm2-135m/model.gguf
	@MODELPACK=$(MODELPACK) PEERS=$(PEERS) Scripts/bench-damage.sh

# How long verifying a signed bundle of 540 MB takes beside openssl's digest of it.
bench-verify: build models/smollm2-135m/model.gguf
	@MODELPACK=$(MODELPACK) Scripts/bench-verify.sh

# A source of 14 GB: rate, peak memory, and what a full disk and a kill leave behind; needs 19 GB of disk.
bench-7b: build
	@MODELPACK=$(MODELPACK) Scripts/bench-7b.sh

# Packages with Swift's runtime linked in, under out/; `make try-deb` installs one here and takes it away again (root).
STATIC = .build/static
static: setup
	$(SWIFT) build -c release --product modelpack --static-swift-stdlib --scratch-path $(STATIC) --disable-local-rpath \
		-Xlinker --no-export-dynamic -Xlinker --icf=safe

# What the device's program weighs without its symbols, with a limit, and how long it takes to say something.
bench-start: static
	@BINARY=$(STATIC)/release/modelpack Scripts/bench-start.sh

deb: static
	@BINARY=$(STATIC)/release/modelpack Packaging/deb.sh

tarball: static
	@BINARY=$(STATIC)/release/modelpack Packaging/tarball.sh

# The same on a Debian that boots for it (root): systemd runs there, so the timer has to do its work.
try-boot: deb
	@Packaging/boot.sh out/modelpack_*.deb

try-deb: deb
	@Packaging/try.sh out/modelpack_*.deb

models/%/model.gguf:
	@Scripts/fetch-model.sh $* $@

setup:
	@Scripts/setup.sh

clean:
	rm -rf .build out
