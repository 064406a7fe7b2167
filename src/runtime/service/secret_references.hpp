// SPDX-License-Identifier: Apache-2.0
// ${NAME} and ${file:PATH} in the URLs of a configuration: what is secret stands where the operator keeps it.
#pragma once

#include <string>
#include <vector>

#include "matchrunner/base/result.hpp"
#include "matchrunner/match_file.hpp"

namespace matchrunner {

// With what the process's variables and the files say, percent-encoded, so that it fits any part of the URL; a text
// that is one reference and nothing else becomes what it refers to. Errors name the reference, never a value.
Result<std::string> with_references(const std::string& url);

// What is wrong with those of the text that stands at `path`.
std::vector<InputFault> faults_of_references(const std::string& path, const std::string& url);

// The message, in which what references of the text lead to stands as ${NAME} again.
std::string with_values_hidden(std::string message, const std::string& url);

// With *** for each, as it may be shown.
std::string without_references(const std::string& url);

}  // namespace matchrunner
