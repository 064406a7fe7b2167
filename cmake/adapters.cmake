# SPDX-License-Identifier: Apache-2.0
# One row for each adapter that needs something beyond this library. ON and missing is a fatal error that names the package.
find_package(PkgConfig REQUIRED)

# Adapters in this build, for the components of find_package(matchrunner), and what those who link the static library
# need in turn: "MODULE=TARGET", PkgConfig::TARGET being the imported target.
set(MATCHRUNNER_ADAPTERS memory directory json_lines)
set(MATCHRUNNER_LINKED_MODULES "")

# NEEDS: "MODULE=TARGET=PACKAGE" each. LINKED: part of the library itself, not only of a program beside it.
function(matchrunner_adapter name)
  cmake_parse_arguments(ARG "LINKED" "OPTION;SUMMARY" "NEEDS" ${ARGN})
  string(REGEX REPLACE "[^;]*=" "" packages "${ARG_NEEDS}")
  list(JOIN packages ", " packages)
  option(${ARG_OPTION} "${ARG_SUMMARY} (${packages})" ON)
  if(NOT ${ARG_OPTION})
    return()
  endif()
  foreach(need IN LISTS ARG_NEEDS)
    string(REGEX MATCH "^(.*)=(.*)=(.*)$" need ${need})
    set(module ${CMAKE_MATCH_1})
    set(target ${CMAKE_MATCH_2})
    set(package ${CMAKE_MATCH_3})
    pkg_check_modules(${target} IMPORTED_TARGET GLOBAL ${module})
    if(NOT ${target}_FOUND)
      message(FATAL_ERROR "${ARG_OPTION} is ON and ${module} was not found: "
        "install ${package}, or pass -D${ARG_OPTION}=OFF")
    endif()
    if(ARG_LINKED)
      list(APPEND MATCHRUNNER_LINKED_MODULES ${module}=${target})
    endif()
  endforeach()
  set(MATCHRUNNER_ADAPTERS ${MATCHRUNNER_ADAPTERS} ${name} PARENT_SCOPE)
  list(REMOVE_DUPLICATES MATCHRUNNER_LINKED_MODULES)
  set(MATCHRUNNER_LINKED_MODULES ${MATCHRUNNER_LINKED_MODULES} PARENT_SCOPE)
endfunction()

matchrunner_adapter(sqlite OPTION MATCHRUNNER_WITH_SQLITE SUMMARY "StateStore on SQLite" LINKED
  NEEDS sqlite3=SQLITE3=libsqlite3-dev)
matchrunner_adapter(sandbox OPTION MATCHRUNNER_WITH_SANDBOX SUMMARY "Executor of sandboxed local processes"
  NEEDS libseccomp=SECCOMP=libseccomp-dev)
matchrunner_adapter(s3 OPTION MATCHRUNNER_WITH_S3 SUMMARY "ArtifactSink on S3" LINKED
  NEEDS libcurl=CURL=libcurl4-openssl-dev zlib=ZLIB=zlib1g-dev libzstd=ZSTD=libzstd-dev)
matchrunner_adapter(docker OPTION MATCHRUNNER_WITH_DOCKER SUMMARY "Executor of containers of a Docker Engine" LINKED
  NEEDS libcurl=CURL=libcurl4-openssl-dev libarchive=LIBARCHIVE=libarchive-dev)
matchrunner_adapter(rabbitmq OPTION MATCHRUNNER_WITH_RABBITMQ SUMMARY "CommandSource and EventSink on RabbitMQ" LINKED
  NEEDS librabbitmq=RABBITMQ=librabbitmq-dev)
matchrunner_adapter(http_server OPTION MATCHRUNNER_WITH_HTTP_SERVER SUMMARY "Pages of the service" LINKED
  NEEDS libmicrohttpd=MICROHTTPD=libmicrohttpd-dev)
