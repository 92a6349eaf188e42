# The program `selkie`: src/command, on the public headers and libraries, and on src/chart, which draws. All of it but main.c is the library selkie_command, for its tests.

find_library(JANSSON_LIBRARY jansson)
find_path(JANSSON_INCLUDE_DIR jansson.h)
if(NOT JANSSON_LIBRARY OR NOT JANSSON_INCLUDE_DIR)
    message(FATAL_ERROR
        "selkie: the program `selkie` needs jansson (Debian: libjansson-dev); -DSELKIE_BUILD_COMMAND=OFF builds the libraries alone")
endif()

selkie_layer(chart)
selkie_inside(selkie_chart_inside chart)
target_link_libraries(selkie_chart_inside PUBLIC m)

file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/command/*.c)
list(FILTER sources EXCLUDE REGEX "/main\\.c$")
add_library(selkie_command STATIC ${sources})
add_executable(selkie_program ${PROJECT_SOURCE_DIR}/src/command/main.c)
foreach(target IN ITEMS selkie_command selkie_program)
    selkie_compile_options(${target})
    selkie_reach(${target} command chart)
    target_compile_definitions(${target} PRIVATE _POSIX_C_SOURCE=200809L)
endforeach()
target_include_directories(selkie_command SYSTEM PRIVATE ${JANSSON_INCLUDE_DIR})
target_link_libraries(selkie_command PUBLIC selkie::selkie-sim selkie_chart_inside ${JANSSON_LIBRARY})
target_link_libraries(selkie_program PRIVATE selkie_command)
set_target_properties(selkie_program PROPERTIES OUTPUT_NAME selkie RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
