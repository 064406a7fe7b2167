// SPDX-License-Identifier: Apache-2.0
#include "adapters/docker/long_work.hpp"

#include <algorithm>

#include "adapters/docker/failure.hpp"
#include "base/percent.hpp"

namespace matchrunner::docker {
namespace {

constexpr std::size_t longest_piece = 1 << 20;   // of what has no end of line
constexpr std::size_t longest_shown = 16 << 10;  // of a line that a build wrote
constexpr std::uint64_t largest_layer = std::uint64_t{1} << 50U;

// What an engine says of a layer on its way, and then.
struct WayWords {
  std::string_view under_way;
  std::string_view there;
};
constexpr WayWords way_words[] = {{"Downloading", "Download complete"}, {"Pushing", "Pushed"}};

// Without what colors a terminal: engines put it around what a command writes to stderr.
std::string without_colors(const std::string& text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = std::min(text.find("\x1b[", at), text.size());
    plain.append(text, at, begin - at);
    const std::size_t end = text.find_first_not_of("0123456789;?", std::min(begin + 2, text.size()));
    if (begin == text.size() || end == text.npos) break;
    at = text[end] >= '@' && text[end] <= '~' ? end + 1 : end;  // else it is broken off, and what comes next is text
  }
  return plain;
}

// A registry that says nothing looks like an engine that is away, unless that is asked.
Error broken_off(Engine& engine, const LongWork& work, bool may_be_silent, const DockerOptions& options,
                 const Error& error, const Context& context) {
  const Context look{std::min(context.deadline, Context::within(options.connect_timeout).deadline), context.stop};
  if (error.code != ErrorCode::unavailable || !engine.call(engine.request("GET", "/_ping"), work.what, look))
    return error;
  std::string why = work.what + ": its " + work.name + " broke off";
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(options.pull_stall_timeout).count();
  if (!may_be_silent) why += ", or its registry said nothing for " + std::to_string(seconds) + " s";
  return {error.code, why + "; the engine is there", origin};
}

}  // namespace

Result<http::Request::Taken> WorkLines::take(ByteView part) {
  rest_ += as_text(part);
  std::size_t begin = 0;
  for (std::size_t end = 0; (end = rest_.find('\n', begin)) != rest_.npos; begin = end + 1)
    if (auto read = read_line(rest_.substr(begin, end - begin)); !read) return std::move(read).error();
  rest_.erase(0, begin);
  if (rest_.size() > longest_piece) return Error{ErrorCode::corrupt_data, what_ + ": no end of a line", origin};
  return http::Request::Taken{};
}

Result<Json> WorkLines::close() {
  if (auto read = read_line(rest_); !read) return std::move(read).error();
  read_output("\n");
  return std::move(result_);
}

Result<void> WorkLines::read_line(const std::string& line) {
  const Json json = object_from(line);
  if (const std::string error = text_at(json, "error"); !error.empty()) {
    read_output("\n");
    return failure_of(error, what_);
  }
  if (const Json* const aux = part_of(json, "aux"); aux != nullptr && aux->is_object()) result_.update(*aux);
  read_output(text_at(json, "stream"));
  if (const std::string status = text_at(json, "status"); !status.empty()) read_status(status, json);
  return {};
}

void WorkLines::read_output(const std::string& text) {
  output_ += text;
  std::size_t begin = 0;
  for (std::size_t end = 0; (end = output_.find('\n', begin)) != output_.npos; begin = end + 1) {
    std::string line = without_colors(output_.substr(begin, end - begin));
    if (line.ends_with('\r')) line.pop_back();
    line.erase(0, line.rfind('\r') + 1);  // as a terminal would show it
    if (!line.empty()) tell({std::move(line), 0, 0});
  }
  output_.erase(0, begin);
  if (output_.size() > longest_shown) tell({without_colors(std::exchange(output_, {})), 0, 0});
}

void WorkLines::read_status(const std::string& status, const Json& line) {
  Layer& layer = layers_[text_at(line, "id")];
  for (const WayWords& words : way_words) {
    if (status == words.under_way) {
      const std::uint64_t total = std::min(number_at(line, "/progressDetail/total"), largest_layer);
      layer = {std::min(number_at(line, "/progressDetail/current"), total), total};  // of a push there may be more
    }
    if (status == words.there) layer.bytes = layer.total;
  }
  ImageStep step{status, 0, 0};
  for (const auto& [id, each] : layers_) {
    step.bytes += each.bytes;
    step.total_bytes += each.total;
  }
  tell(std::move(step));
}

void WorkLines::tell(ImageStep step) const {
  std::replace(step.text.begin(), step.text.end(), '\t', ' ');
  step.text = without_controls(step.text);
  if (on_step_) on_step_(step);
}

Result<Json> do_work(Engine& engine, LongWork work, const DockerOptions& options, const OnImageStep& on_step,
                     const Context& context) {
  WorkLines lines(work.what, on_step);
  bool is_told = false;  // by the engine, what went wrong
  work.request.head_sink = [&](const http::Answer& head) { is_told = head.status / 100 != 2; };
  work.request.body_sink = [&](const http::Answer&, ByteView part) {
    auto taken = lines.take(part);
    is_told = !taken;
    return taken;
  };
  const bool may_be_silent = work.request.may_be_silent;
  const auto answer = engine.call(std::move(work.request), work.what, context);
  if (answer) return lines.close();
  if (is_told) return answer.error();
  if (answer.error().code == ErrorCode::timeout)
    return Error{ErrorCode::timeout, work.what + ": its " + work.name + " took longer than it may", origin};
  return broken_off(engine, work, may_be_silent, options, answer.error(), context);
}

}  // namespace matchrunner::docker
