# A thin front to CMake. Each target first sees to it that the packages it needs are there (scripts/setup).
#
#   make              the libraries and the examples, optimised, in build/default
#   make demo         watch five agents on this machine find, lose and find each other again
#   make test         everything that has to hold: gcc and clang, Debug and Release, with and without sanitizers
#   make mutants      plant each bug of tests/mutants in a copy; some test must notice
#   make soak         let the swarm look at new seeds for SOAK_SECONDS
#   make fuzz         run each fuzzer for FUZZ_SECONDS
#   make cross        32 bits, big-endian, and bare metal
#   make bench        how fast and how large a simulated cluster is (BENCH_SIZES="100 1000"), what a timer costs, and an item in a queue
#   make tidy         clang-tidy and cppcheck
#   make format       clang-format, in place
#   make amalgamation one .c and one .h, in build/amalgamation
#   make install      to PREFIX, below DESTDIR if that is set; `make uninstall` takes it back
#   make clean

PREFIX ?= /usr/local
FUZZ_SECONDS ?= 60
SOAK_SECONDS ?= 600
BENCH_SIZES ?= 100 1000 10000
JOBS ?= $(shell nproc 2>/dev/null || echo 2)

# The builds that `make test` runs the tests in: presets of CMakePresets.json.
TEST_BUILDS = asan release clang

.PHONY: all demo test mutants soak fuzz cross bench tidy format amalgamation install uninstall clean

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

bench:
	@scripts/setup build
	@scripts/build bench -j $(JOBS)
	@build/bench/bench/bench_sim $(BENCH_SIZES)
	@build/bench/bench/bench_schedule
	@build/bench/bench/bench_queue

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
