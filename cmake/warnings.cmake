# SPDX-License-Identifier: Apache-2.0
# The warnings that all of our code is built with, here and nowhere else.
option(MATCHRUNNER_WARNINGS_AS_ERRORS "Treat warnings as errors" OFF)

function(matchrunner_warnings target)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wshadow -Wconversion
    $<$<COMPILE_LANG_AND_ID:CXX,Clang>:-Wthread-safety>
    $<$<BOOL:${MATCHRUNNER_WARNINGS_AS_ERRORS}>:-Werror>)
endfunction()
