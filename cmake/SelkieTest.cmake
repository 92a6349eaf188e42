# How a test is registered, for all folders that have some: selkie_register(<name> <timeout in seconds> <command>...)
function(selkie_register name timeout)
    set(name ${SELKIE_TEST_PREFIX}${name})
    add_test(NAME ${name} COMMAND ${ARGN} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
    set(environment
        "ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1"
        "UBSAN_OPTIONS=print_stacktrace=1"
        "SELKIE_SOURCE_DIR=${PROJECT_SOURCE_DIR}"
        "SELKIE_BUILD_DIR=${PROJECT_BINARY_DIR}"
        "SELKIE_CC=${CMAKE_C_COMPILER}"
        "PYTHONDONTWRITEBYTECODE=1")
    set_tests_properties(${name} PROPERTIES TIMEOUT ${timeout} SKIP_RETURN_CODE 77 ENVIRONMENT "${environment}")
endfunction()
