# What `install` puts where: headers, the libraries with a pkg-config file each, a CMake package, the program with its manual pages. `uninstall` takes it back.
include(CMakePackageConfigHelpers)

install(DIRECTORY include/selkie DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
get_property(libraries GLOBAL PROPERTY selkie_libraries)
list(TRANSFORM libraries APPEND _shared OUTPUT_VARIABLE shared_libraries)
install(TARGETS ${libraries} ${shared_libraries} EXPORT selkie
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
    RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})

if(SELKIE_BUILD_COMMAND)
    install(TARGETS selkie_program RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
    install(FILES man/selkie.1 man/selkie-sim.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
endif()

# The pkg-config file finds the prefix from where it lies, so that the tree may be moved and `cmake --install --prefix` is right.
set(pkgconfig_dir ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
file(RELATIVE_PATH from_pkgconfig_to_prefix /prefix/${pkgconfig_dir} /prefix)
foreach(library IN LISTS libraries)
    configure_file(cmake/${library}.pc.in ${library}.pc @ONLY)
    install(FILES ${PROJECT_BINARY_DIR}/${library}.pc DESTINATION ${pkgconfig_dir})
endforeach()

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/selkie)
install(EXPORT selkie NAMESPACE selkie:: FILE selkieConfig.cmake DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/selkieConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/selkieConfigVersion.cmake DESTINATION ${package_dir})

if(selkie_top_level)
    add_custom_target(uninstall
        COMMAND ${CMAKE_COMMAND} -DMANIFEST=${PROJECT_BINARY_DIR}/install_manifest.txt
                -P ${PROJECT_SOURCE_DIR}/cmake/uninstall.cmake VERBATIM)
endif()
