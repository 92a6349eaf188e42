# How a layer, which is a folder of src/, is compiled. A layer sees include/, itself and the layers that it is told to stand on; the
# headers of all others are not on its include path, so that an arrow drawn the wrong way does not build.

# Give a target the project's language and warnings. Nothing here reaches the targets of a program that contains this project.
function(selkie_compile_options target)
    set_target_properties(${target} PROPERTIES C_STANDARD 11 C_STANDARD_REQUIRED ON C_EXTENSIONS OFF)
    target_compile_options(${target} PRIVATE
        -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes
        $<$<BOOL:${SELKIE_WERROR}>:-Werror>)
endfunction()

# Make src/<layer> reachable as "<layer>/x.h" for a target, and no other folder.
function(selkie_reach target)
    foreach(layer IN LISTS ARGN)
        set(folder ${PROJECT_BINARY_DIR}/layers/${layer})
        if(NOT EXISTS ${folder}/${layer})
            file(MAKE_DIRECTORY ${folder})
            file(CREATE_LINK ${PROJECT_SOURCE_DIR}/src/${layer} ${folder}/${layer} SYMBOLIC)
        endif()
        target_include_directories(${target} PRIVATE ${folder})
    endforeach()
endfunction()

# The compiler's own headers (stddef.h, stdint.h, stdbool.h), which a program without a C library has too. In our own builds they are
# all that the freestanding layers find: stdio.h does not exist there.
function(selkie_freestanding target)
    target_compile_options(${target} PRIVATE -ffreestanding)
    if(selkie_top_level AND NOT APPLE)
        execute_process(COMMAND ${CMAKE_C_COMPILER} -print-file-name=include
            OUTPUT_VARIABLE own_headers OUTPUT_STRIP_TRAILING_WHITESPACE)
        target_compile_options(${target} PRIVATE -nostdinc -isystem ${own_headers})
    endif()
endfunction()

# selkie_layer(<folder> [FREESTANDING] [STANDS_ON <folder>...]) makes the target selkie_<folder>.
function(selkie_layer layer)
    cmake_parse_arguments(PARSE_ARGV 1 arg "FREESTANDING" "" "STANDS_ON")
    file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${layer}/*.c)
    set(target selkie_${layer})
    add_library(${target} OBJECT ${sources})
    selkie_compile_options(${target})
    set_target_properties(${target} PROPERTIES
        C_VISIBILITY_PRESET hidden
        POSITION_INDEPENDENT_CODE ON
        INTERPROCEDURAL_OPTIMIZATION OFF)
    target_compile_options(${target} PRIVATE -ffunction-sections -fdata-sections)
    target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR}/include)
    selkie_reach(${target} ${layer} ${arg_STANDS_ON})
    if(arg_FREESTANDING)
        selkie_freestanding(${target})
        set_target_properties(${target} PROPERTIES UNITY_BUILD ${SELKIE_UNITY} UNITY_BUILD_BATCH_SIZE 0)
    endif()
endfunction()
