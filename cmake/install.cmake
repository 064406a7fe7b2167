# SPDX-License-Identifier: Apache-2.0
# What is installed, and how others find it: CMake packages, pkg-config files. Tested by tests/install.
# Install components: development (headers, C++ library), runtime (C library, launcher); python is the wheel's own.
include(CMakePackageConfigHelpers)

set_target_properties(matchrunner PROPERTIES
  VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})

install(DIRECTORY include/matchrunner TYPE INCLUDE COMPONENT development FILES_MATCHING PATTERN "*.hpp")
install(FILES ${PROJECT_BINARY_DIR}/generated/matchrunner/version.hpp
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/matchrunner COMPONENT development)
install(TARGETS matchrunner EXPORT matchrunner-targets
  LIBRARY COMPONENT runtime NAMELINK_COMPONENT development
  ARCHIVE COMPONENT development)
# For editors, and for whoever checks match files without the library.
install(FILES schema/match.schema.json DESTINATION ${CMAKE_INSTALL_DATADIR}/matchrunner COMPONENT development)

set(matchrunner_package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/matchrunner)
install(EXPORT matchrunner-targets NAMESPACE matchrunner:: DESTINATION ${matchrunner_package_folder}
  COMPONENT development)

set(MATCHRUNNER_COMPONENTS ${MATCHRUNNER_ADAPTERS})
if(TARGET matchrunner_c)
  # A set of its own: the C library has everything linked in, so its users need none of the C++ library's packages.
  list(APPEND MATCHRUNNER_COMPONENTS capi)
  set_target_properties(matchrunner_c PROPERTIES
    VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
  install(FILES capi/include/matchrunner.h TYPE INCLUDE COMPONENT development)
  install(TARGETS matchrunner_c EXPORT matchrunner-capi-targets
    LIBRARY COMPONENT runtime NAMELINK_COMPONENT development
    ARCHIVE COMPONENT development)
  install(EXPORT matchrunner-capi-targets NAMESPACE matchrunner:: DESTINATION ${matchrunner_package_folder}
    COMPONENT development)
endif()

# A static library hands its own needs on to whoever links it; a shared one has them inside.
get_target_property(matchrunner_type matchrunner TYPE)
if(matchrunner_type STREQUAL "STATIC_LIBRARY")
  set(MATCHRUNNER_STATIC ON)
  list(TRANSFORM MATCHRUNNER_LINKED_MODULES REPLACE "=.*" "" OUTPUT_VARIABLE MATCHRUNNER_REQUIRES)
  list(JOIN MATCHRUNNER_REQUIRES " " MATCHRUNNER_REQUIRES)
  set(MATCHRUNNER_REQUIRES "libcrypto ${MATCHRUNNER_REQUIRES}")
else()
  set(MATCHRUNNER_STATIC OFF)
  set(MATCHRUNNER_REQUIRES "")
endif()

configure_package_config_file(cmake/matchrunner-config.cmake.in ${PROJECT_BINARY_DIR}/matchrunner-config.cmake
  INSTALL_DESTINATION ${matchrunner_package_folder} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/matchrunner-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/matchrunner-config.cmake ${PROJECT_BINARY_DIR}/matchrunner-config-version.cmake
  DESTINATION ${matchrunner_package_folder} COMPONENT development)

# Relative to the file itself, so that an installed tree can be moved and `cmake --install --prefix` is right.
set(matchrunner_pkgconfig_folder ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
file(RELATIVE_PATH MATCHRUNNER_PREFIX_FROM_PKGCONFIG
  ${CMAKE_INSTALL_PREFIX}/${matchrunner_pkgconfig_folder} ${CMAKE_INSTALL_PREFIX})
foreach(name matchrunner matchrunner_c)
  if(TARGET ${name})
    configure_file(cmake/${name}.pc.in ${PROJECT_BINARY_DIR}/${name}.pc @ONLY)
    install(FILES ${PROJECT_BINARY_DIR}/${name}.pc DESTINATION ${matchrunner_pkgconfig_folder}
      COMPONENT development)
  endif()
endforeach()
