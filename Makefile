# A thin front to CMake. Each target first sees to it that the packages it needs are there (scripts/setup).
#
#   make              the libraries and the examples, optimised, in build/default
#   make demo         watch five agents on this machine find, lose and find each other again
#   make test         everything that has to hold: gcc and clang, Debug and Release, with and without sanitizers
#   make mutants      plant each bug of tests/mutants in a copy; some test must notice
#   make soak         let the swarm look at new seeds for SOAK_SECONDS
#   make fuzz         run each fuzzer for FUZZ_SECONDS
#   make cross        32 bits, big-endian, and bare metal
#   make bench        what an engine costs (BENCH_ARGS="--json --codec packed --n 1000,100000": only that), then the two below
#   make bench-sim    how fast and how large a simulated cluster is (BENCH_SIZES="100 1000")
#   make bench-parts  what a timer in the schedule costs, and an item in the queue
#   make bench-count  the same operations as instruction counts, under valgrind
#   make bench-plot   docs/performance.svg and the figures of docs/performance.md, measured anew (or BENCH_JSON=file)
#   make tuning       the tables and charts of docs/tuning.md, anew: a quarter of an hour (TUNING="crash loss": only these)
#   make papers       rerun the experiments of the papers on SWIM, Lifeguard and Rapid (PAPERS_ARGS=--full: docs/papers.md and its charts)
#   make tidy         clang-tidy and cppcheck
#   make format       clang-format, in place
#   make amalgamation one .c and one .h, in build/amalgamation
#   make install      to PREFIX, below DESTDIR if that is set; `make uninstall` takes it back
#   make clean

PREFIX ?= /usr/local
FUZZ_SECONDS ?= 60
SOAK_SECONDS ?= 600
BENCH_SIZES ?= 100 1000 10000
BENCH_ARGS ?=
BENCH_JSON ?=
TUNING ?=
PAPERS_ARGS ?=
JOBS ?= $(shell nproc 2>/dev/null || echo 2)

# The builds that `make test` runs the tests in: presets of CMakePresets.json.
TEST_BUILDS = asan release clang

.PHONY: all demo test mutants soak fuzz cross bench bench-build bench-sim bench-parts bench-count bench-plot papers tuning tidy format amalgamation install uninstall clean

all:
	@scripts/setup build
	@scripts/build default -j $(JOBS)

demo:
	@scripts/setup demo
	@scripts/build default -j $(JOBS)
	@SELKIE_BUILD_DIR=build/default scripts/demo

# One run of ctest over all builds, so that its summary is about everything.
test:
	@scripts/setup test
	@for build in $(TEST_BUILDS); do scripts/build $$build -j $(JOBS) || exit 1; done
	@mkdir -p build/test
	@printf 'subdirs("../%s")\n' $(TEST_BUILDS) >build/test/CTestTestfile.cmake
	@cd build/test && ctest -j $(JOBS) --output-on-failure --no-tests=error

mutants:
	@scripts/setup test
	@scripts/mutants -j $(JOBS)

soak:
	@scripts/setup test
	@SOAK_SECONDS=$(SOAK_SECONDS) SOAK_JOBS=$(JOBS) scripts/soak

fuzz:
	@scripts/setup fuzz
	@FUZZ_SECONDS=$(FUZZ_SECONDS) scripts/fuzz

cross:
	@scripts/setup cross
	@scripts/cross

# What is asked for by BENCH_ARGS may be JSON: nothing else goes to standard output (with `make -C` also say --no-print-directory).
bench: bench-build
	@build/bench/bench/bench_engine $(BENCH_ARGS)
	@$(if $(strip $(BENCH_ARGS)),,$(MAKE) --no-print-directory bench-sim bench-parts)

bench-sim: bench-build
	@build/bench/bench/bench_sim $(BENCH_SIZES)

bench-parts: bench-build
	@build/bench/bench/bench_schedule
	@build/bench/bench/bench_queue

bench-build:
	@scripts/setup build >&2
	@scripts/build bench -j $(JOBS) >&2

bench-count:
	@scripts/setup bench
	@scripts/build release -j $(JOBS)
	@bench/instructions

bench-plot: bench-build
	@scripts/setup bench
	@scripts/build release -j $(JOBS)
	@$(if $(BENCH_JSON),,build/bench/bench/bench_engine --json >build/bench/results.json)
	@for op in gossip_known gossip_news; do bench/instructions --profile $$op && echo; done >build/bench/profile.txt
	@bench/table $(or $(BENCH_JSON),build/bench/results.json) --profile build/bench/profile.txt
	@bench/plot $(or $(BENCH_JSON),build/bench/results.json)

tuning:
	@scripts/setup build
	@scripts/build release -j $(JOBS)
	@scripts/tuning --jobs $(JOBS) $(TUNING)

papers:
	@scripts/setup papers
	@scripts/build default -j $(JOBS)
	@papers/run --program build/default/selkie --jobs $(JOBS) $(PAPERS_ARGS)

tidy:
	@scripts/setup lint
	@scripts/lint

format:
	@git ls-files '*.c' '*.h' | xargs clang-format -i

amalgamation:
	@scripts/setup amalgamation
	@scripts/amalgamate build/amalgamation

install: all
	@cmake --install build/default --prefix $(PREFIX)

uninstall:
	@cmake --build build/default --target uninstall

clean:
	rm -rf build
