# SPDX-License-Identifier: Apache-2.0
# MATCHRUNNER_SANITIZE=address,undefined | thread: everything in this build, our programs and their libraries alike.
set(MATCHRUNNER_SANITIZE "" CACHE STRING "Sanitizers to build with, as in -fsanitize=")

if(MATCHRUNNER_SANITIZE)
  # -g1: lines for stack traces, not all variables. -O is the presets' business:
  # asan has some for the fuzzers and what computes much, tsan none, where it would be half of the build's time.
  add_compile_options(-fsanitize=${MATCHRUNNER_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -g1)
  add_link_options(-fsanitize=${MATCHRUNNER_SANITIZE})
  if(CMAKE_C_COMPILER_ID STREQUAL "Clang")
    add_link_options(-fuse-ld=lld)  # a fifth of the time, for a hundred programs
    # clang leaves the runtime of UBSan for C++ out of C programs, whose libraries need it.
    add_link_options($<$<LINK_LANGUAGE:C>:-fsanitize-link-c++-runtime>)
    link_libraries($<$<LINK_LANGUAGE:C>:stdc++>)
  endif()
endif()
