// SPDX-License-Identifier: Apache-2.0
#include "pages/errors_page.hpp"

#include <algorithm>

#include "matchrunner/base/result.hpp"

namespace matchrunner::pages {
namespace {

std::string upper(std::string_view word) {
  std::string text(word);
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return text;
}

}  // namespace

std::string errors_page() {
  std::string page =
      "<!-- Generated from the table of error codes; do not edit. -->\n"
      "# Errors\n\n"
      "A call that fails says why with one of these codes and a message of one line. How a contestant plays is never "
      "an\n"
      "error: it is the outcome of the match. The numbers are part of the C ABI and do not change.\n\n"
      "| code | number | in C | what it says |\n| --- | --- | --- | --- |\n";
  for (const ErrorCodeName& row : error_code_names)
    page += "| `" + std::string(row.name) + "` | " + std::to_string(static_cast<int>(row.code)) + " | `MR_ERROR_" +
            upper(row.name) + "` | " + std::string(row.meaning) + " |\n";
  return page +
         "\nIn Python each code is a subclass of `matchrunner.Error`, whose `code` is the word in the first column;\n"
         "`callback` is not: the exception that a port raised comes back as itself. Only `unavailable` is tried again, "
         "by\n"
         "the outbox and when a connection is made anew. `conflict` means: read again, decide again.\n";
}

}  // namespace matchrunner::pages
