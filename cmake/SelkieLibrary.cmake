# How layers become libraries. A library <name> is the targets <name> (static) and <name>_shared, also known as selkie::<name> and
# selkie::<name>_shared; the file that both make is lib<name>.

# The static library holds one object, in which every name that is hidden has become local: what leaves it is what leaves the
# shared library. A linker still drops the functions that nobody calls (--gc-sections), for each is a section of its own.
function(selkie_join target layers objects)
    if(NOT CMAKE_OBJCOPY OR APPLE)
        add_library(${target} STATIC ${objects})
        return()
    endif()
    separate_arguments(c_flags NATIVE_COMMAND "${CMAKE_C_FLAGS}")
    list(FILTER c_flags INCLUDE REGEX "^(-m|--target=|--sysroot=)") # only what says which machine it is
    add_custom_command(OUTPUT ${target}.o
        COMMAND ${CMAKE_C_COMPILER} ${c_flags} -r -nostdlib -o ${target}.o ${objects}
        COMMAND ${CMAKE_OBJCOPY} --localize-hidden ${target}.o
        DEPENDS ${layers} ${objects}
        COMMENT "Joining the layers into ${target}.o"
        COMMAND_EXPAND_LISTS VERBATIM)
    set_source_files_properties(${target}.o PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
    add_library(${target} STATIC ${target}.o)
endfunction()

# selkie_library(<name> LAYERS <layer>... [NEEDS <library>])
function(selkie_library name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "NEEDS" "LAYERS")
    list(TRANSFORM arg_LAYERS PREPEND selkie_ OUTPUT_VARIABLE layers)
    list(TRANSFORM layers REPLACE "(.+)" "$<TARGET_OBJECTS:\\1>" OUTPUT_VARIABLE objects)
    selkie_join(${name} "${layers}" "${objects}")
    add_library(${name}_shared SHARED ${objects})
    set_target_properties(${name}_shared PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR})
    foreach(kind IN ITEMS "" _shared)
        set(target ${name}${kind})
        add_library(selkie::${target} ALIAS ${target})
        set_target_properties(${target} PROPERTIES OUTPUT_NAME ${name} LINKER_LANGUAGE C)
        target_include_directories(${target} PUBLIC
            $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
        if(arg_NEEDS)
            target_link_libraries(${target} PUBLIC ${arg_NEEDS}${kind})
        endif()
        if(NOT selkie_top_level AND NOT SELKIE_INSTALL)
            set_target_properties(${target} PROPERTIES EXCLUDE_FROM_ALL ON) # built when something links it
        endif()
    endforeach()
    set_property(GLOBAL APPEND PROPERTY selkie_libraries ${name})
endfunction()

# selkie_inside(<target> <layer>...): a library of layers in which nothing is hidden.
function(selkie_inside target)
    list(TRANSFORM ARGN REPLACE "(.+)" "$<TARGET_OBJECTS:selkie_\\1>" OUTPUT_VARIABLE objects)
    add_library(${target} STATIC EXCLUDE_FROM_ALL ${objects})
    set_target_properties(${target} PROPERTIES LINKER_LANGUAGE C)
    target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR}/include)
endfunction()
