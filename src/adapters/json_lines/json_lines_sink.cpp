// SPDX-License-Identifier: Apache-2.0
#include <utility>
#include <vector>

#include "adapters/json_lines/line_file.hpp"
#include "matchrunner/adapters/json_lines.hpp"
#include "matchrunner/json.hpp"

namespace matchrunner {
namespace {

constexpr std::size_t write_size = 1 << 20;  // one write takes lines until it has this many bytes

class JsonLinesSink final : public EventSink {
 public:
  explicit JsonLinesSink(LineFile file) : file_(std::move(file)) {}

  EventSinkCapabilities capabilities() const override { return {.durable = true}; }

  Result<std::size_t> publish(std::span<const Event> events, const Context& context) override {
    if (auto going = context.check(); !going) return going.error();
    if (auto opened = file_.open(); !opened) return opened.error();
    if (events.empty()) return std::size_t{0};
    std::string lines;
    std::vector<std::size_t> ends;  // of each line
    for (const Event& event : events) {
      if (lines.size() >= write_size) break;
      lines += to_json(event);
      lines += '\n';
      ends.push_back(lines.size());
    }
    const auto bytes = file_.append(lines, context);
    if (!bytes) return bytes.error();
    std::size_t taken = 0;
    while (taken < ends.size() && ends[taken] <= *bytes) ++taken;
    return taken;
  }

 private:
  LineFile file_;
};

}  // namespace

Result<std::shared_ptr<EventSink>> make_json_lines_events(const JsonLinesOptions& options) {
  if (options.path.empty() || options.path.front() != '/' || options.path.find('\0') != std::string::npos)
    return Error{ErrorCode::invalid_argument, "expected an absolute path, found \"" + options.path + "\"",
                 "json_lines"};
  LineFile file(options.path);
  if (auto opened = file.open(); !opened) return opened.error();
  if (auto repaired = file.repair(); !repaired) return repaired.error();
  return std::shared_ptr<EventSink>(std::make_shared<JsonLinesSink>(std::move(file)));
}

}  // namespace matchrunner
