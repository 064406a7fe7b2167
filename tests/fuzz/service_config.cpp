// SPDX-License-Identifier: Apache-2.0
// A service's configuration: its file, and the same text in one of its variables.
#include "matchrunner/service_config.hpp"

#include "fuzz/target.hpp"
#include "runtime/service/secret_references.hpp"

using namespace matchrunner;
using namespace matchrunner::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(text_of(data, size));
  const auto config = parse_service_config(text, {});
  if (!config) require_error(config.error(), ErrorCode::invalid_argument);
  const auto wrong = check_service_config(text, {});
  require(config.has_value() == wrong.empty(), "a configuration is taken when nothing is wrong with it", text);
  for (const ServiceField& field : service_fields()) {
    const auto by_variable = parse_service_config("", {{field.variable, text}});
    if (!by_variable) require_error(by_variable.error(), ErrorCode::invalid_argument);
  }
  const std::string shown = without_references(text);
  require(shown.find("${") == shown.npos || shown.find('}', shown.find("${")) == shown.npos || shown == text,
          "no reference is left", text);
  return 0;
}
