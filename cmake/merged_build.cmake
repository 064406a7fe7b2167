# SPDX-License-Identifier: Apache-2.0
# MATCHRUNNER_MERGED_BUILD: sources are merged into fewer translation units, test programs are not optimized (what they
# test is), and clang precompiles the headers that most of them include. A build from nothing takes half the time, a
# rebuild after a small change more of it: for CI, and for whoever installs.
option(MATCHRUNNER_MERGED_BUILD "Build from nothing faster, and rebuild slower" OFF)

# matchrunner_merge(TARGET COUNT SOURCES...): the sources, of any folder, COUNT to a translation unit.
function(matchrunner_merge target count)
  if(NOT MATCHRUNNER_MERGED_BUILD)
    return()
  endif()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  set(index 0)
  foreach(source ${ARGN})
    math(EXPR group "${index} / ${count}")
    cmake_path(GET CMAKE_CURRENT_SOURCE_DIR FILENAME folder)
    set_source_files_properties(${source} TARGET_DIRECTORY ${target} PROPERTIES UNITY_GROUP "${folder}_${group}")
    math(EXPR index "${index} + 1")
  endforeach()
endfunction()

# matchrunner_precompile(TARGET HEADERS...). Not with gcc 12: with a precompiled header it warns of what it believes to
# see inside system headers.
function(matchrunner_precompile target)
  if(MATCHRUNNER_MERGED_BUILD AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    target_precompile_headers(${target} PRIVATE ${ARGN})
  endif()
endfunction()

# matchrunner_merge_test(TARGET SOURCES...): the same for a program that only tests. What the library shares with it,
# such as templates, is then not optimized either: nothing for a program that counts what it gets done.
function(matchrunner_merge_test target)
  matchrunner_merge(${target} 8 ${ARGN})
  if(MATCHRUNNER_MERGED_BUILD)
    target_compile_options(${target} PRIVATE -O0)
  endif()
  if(TARGET test_headers)
    target_precompile_headers(${target} REUSE_FROM test_headers)
  endif()
endfunction()
