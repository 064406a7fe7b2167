# SPDX-License-Identifier: Apache-2.0
# One row for each adapter that needs something beyond this library. ON and missing is a fatal error that names the package.
find_package(PkgConfig REQUIRED)

# Adapters in this build, for the components of find_package(matchrunner), and what those who link the static library
# need in turn: "MODULE=TARGET", PkgConfig::TARGET being the imported target.
set(MATCHRUNNER_ADAPTERS memory directory json_lines)
set(MATCHRUNNER_LINKED_MODULES "")

# LINKED: part of the library itself, not only of a program beside it.
function(matchrunner_adapter name)
  cmake_parse_arguments(ARG "LINKED" "OPTION;SUMMARY;MODULE;TARGET;PACKAGE" "" ${ARGN})
  option(${ARG_OPTION} "${ARG_SUMMARY} (${ARG_PACKAGE})" ON)
  if(NOT ${ARG_OPTION})
    return()
  endif()
  pkg_check_modules(${ARG_TARGET} IMPORTED_TARGET GLOBAL ${ARG_MODULE})
  if(NOT ${ARG_TARGET}_FOUND)
    message(FATAL_ERROR "${ARG_OPTION} is ON and ${ARG_MODULE} was not found: "
      "install ${ARG_PACKAGE}, or pass -D${ARG_OPTION}=OFF")
  endif()
  set(MATCHRUNNER_ADAPTERS ${MATCHRUNNER_ADAPTERS} ${name} PARENT_SCOPE)
  if(ARG_LINKED)
    set(MATCHRUNNER_LINKED_MODULES ${MATCHRUNNER_LINKED_MODULES} ${ARG_MODULE}=${ARG_TARGET} PARENT_SCOPE)
  endif()
endfunction()

matchrunner_adapter(sqlite OPTION MATCHRUNNER_WITH_SQLITE SUMMARY "StateStore on SQLite"
  MODULE sqlite3 TARGET SQLITE3 PACKAGE libsqlite3-dev LINKED)
matchrunner_adapter(sandbox OPTION MATCHRUNNER_WITH_SANDBOX SUMMARY "Executor of sandboxed local processes"
  MODULE libseccomp TARGET SECCOMP PACKAGE libseccomp-dev)
