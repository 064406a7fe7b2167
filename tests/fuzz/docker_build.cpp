// SPDX-License-Identifier: Apache-2.0
// What a build reads: the rules of .dockerignore, with the paths that stand behind their last line of dashes, and what
// an engine tells while it is at it.
#include "adapters/docker/ignore_rules.hpp"
#include "adapters/docker/long_work.hpp"
#include "base/utf8.hpp"
#include "fuzz/target.hpp"

using namespace matchrunner;
using namespace matchrunner::fuzz;

namespace {

std::string told(std::string_view text, std::size_t first) {
  std::string all;
  const OnImageStep on_step = [&](const ImageStep& step) {
    require_one_line(step.text);
    require(is_utf8(step.text), "a step is text, as the JSON that it stood in", step.text);
    require(step.bytes <= step.total_bytes, "no more of a layer than there is", step.text);
    all += step.text + "\n";
  };
  docker::WorkLines lines("image x", on_step);
  for (const std::string_view piece : {text.substr(0, first), text.substr(first)})
    if (const auto taken = lines.take(as_bytes(piece)); !taken) {
      require_one_line(taken.error().message);
      return all + taken.error().message;
    }
  const auto result = lines.close();
  if (!result) require_one_line(result.error().message);
  return all + (result ? result->dump(-1, ' ', true, docker::Json::error_handler_t::replace) : result.error().message);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(text_of(data, size));
  const std::size_t first = size == 0 ? 0 : data[0] % size;
  require(told(text, 0) == told(text, first), "pieces of a stream make the whole", text);

  const std::size_t end = std::min(text.rfind("\n---\n"), text.size());
  const auto rules = docker::IgnoreRules::read(std::string_view(text).substr(0, end));
  if (!rules) return require_error(rules.error(), ErrorCode::invalid_argument), 0;
  std::string_view rest = std::string_view(text).substr(end);
  while (!rest.empty()) {
    const std::string path(take_until(rest, '\n'));
    const bool is_out = rules->leaves_out(path);
    if (!rules->has_exceptions() && is_out)
      require(rules->leaves_out(path + "/x"), "what is in a folder goes with it", path);
  }
  return 0;
}
