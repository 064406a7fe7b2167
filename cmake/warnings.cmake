# SPDX-License-Identifier: Apache-2.0
# The warnings that all of our code is built with, here and nowhere else.
option(MATCHRUNNER_WARNINGS_AS_ERRORS "Treat warnings as errors" OFF)

# GCC 12 warns of memcpy with overlap where std::string is added to a literal (its bug 105651).
set(matchrunner_gcc_bug_105651 $<AND:$<COMPILE_LANG_AND_ID:CXX,GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>)

function(matchrunner_warnings target)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wshadow -Wconversion
    $<$<COMPILE_LANG_AND_ID:CXX,Clang>:-Wthread-safety>
    $<${matchrunner_gcc_bug_105651}:-Wno-restrict>
    $<$<BOOL:${MATCHRUNNER_WARNINGS_AS_ERRORS}>:-Werror>)
endfunction()
