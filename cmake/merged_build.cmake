# SPDX-License-Identifier: Apache-2.0
# MATCHRUNNER_MERGED_BUILD: what takes longest to compile is merged into fewer translation units, and the tests share one
# precompiled header. A build from nothing takes two thirds of the time, a rebuild after a small change more of it: for CI.
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
