// SPDX-License-Identifier: Apache-2.0
#include "adapters/docker/image_pull.hpp"

#include <algorithm>
#include <map>

#include "adapters/docker/failure.hpp"
#include "adapters/docker/json_parts.hpp"
#include "base/base64.hpp"
#include "base/percent.hpp"

namespace matchrunner::docker {
namespace {

constexpr std::size_t longest_line = 1 << 20;  // of the progress

// An engine tells of a pull in lines of JSON, and so of its failure, long after it has said 200.
class Progress {
 public:
  Progress(std::string what, const OnPull& on_pull) : what_(std::move(what)), on_pull_(on_pull) {}

  Result<http::Request::Taken> take(ByteView part) {
    rest_ += as_text(part);
    for (std::size_t end = 0; (end = rest_.find('\n')) != rest_.npos; rest_.erase(0, end + 1))
      if (auto read = read_line(rest_.substr(0, end)); !read) return read.error();
    if (rest_.size() > longest_line) return Error{ErrorCode::corrupt_data, what_ + ": no end of a line", origin};
    return http::Request::Taken{};
  }

  Result<void> close() { return read_line(rest_); }

 private:
  Result<void> read_line(const std::string& line) {
    const Json json = object_from(line);
    const std::string error = text_at(json, "error");
    if (!error.empty()) return failure_of(error, what_);
    const std::string step = without_controls(text_at(json, "status"));
    if (step.empty() || !on_pull_) return {};
    Layer& layer = layers_[text_at(json, "id")];
    if (step == downloading)
      layer = {number_at(json, "/progressDetail/current"), number_at(json, "/progressDetail/total")};
    if (step == downloaded) layer.bytes = layer.total;
    PullStep told{step, 0, 0};
    for (const auto& [id, each] : layers_) {
      told.bytes += each.bytes;
      told.total_bytes += each.total;
    }
    on_pull_(told);
    return {};
  }

  struct Layer {
    std::uint64_t bytes = 0;
    std::uint64_t total = 0;
  };
  static constexpr std::string_view downloading = "Downloading";
  static constexpr std::string_view downloaded = "Download complete";

  const std::string what_;
  const OnPull& on_pull_;
  std::map<std::string, Layer> layers_;
  std::string rest_;
};

// A registry that says nothing looks like an engine that is away, unless that is asked.
Error broken_off(Engine& engine, const std::string& what, const DockerOptions& options, const Error& error,
                 const Context& context) {
  const Context look{std::min(context.deadline, Context::within(options.connect_timeout).deadline), context.stop};
  if (error.code != ErrorCode::unavailable || !engine.call(engine.request("GET", "/_ping"), what, look)) return error;
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(options.pull_stall_timeout).count();
  return {error.code,
          what + ": its pull broke off, or its registry said nothing for " + std::to_string(seconds) +
              " s; the engine is there",
          origin};
}

Result<void> pull(Engine& engine, const ImageReference& image, const DockerOptions& options, const OnPull& on_pull,
                  const Context& context) {
  const std::string& version = image.digest.empty() ? image.tag : image.digest;
  auto request =
      engine.request("POST", "/images/create?fromImage=" + escaped(image.name()) + "&tag=" + escaped(version));
  if (!options.registry.empty() && options.registry == image.registry) {
    const Json login = {{"username", options.registry_user},
                        {"password", options.registry_password},
                        {"serveraddress", options.registry}};
    request.headers.emplace_back("X-Registry-Auth", base64url(login.dump()));
  }
  const std::string what = "image " + image.full();
  Progress progress(what, on_pull);
  bool is_told = false;  // by the engine, what went wrong
  request.head_sink = [&](const http::Answer& head) { is_told = head.status / 100 != 2; };
  request.body_sink = [&](const http::Answer&, ByteView part) {
    auto taken = progress.take(part);
    is_told = !taken;
    return taken;
  };
  const auto answer = engine.call(std::move(request), what, context);
  if (!answer) return is_told ? answer.error() : broken_off(engine, what, options, answer.error(), context);
  return progress.close();
}

}  // namespace

Result<Json> provide_image(Engine& engine, const ImageReference& image, const DockerOptions& options,
                           const OnPull& on_pull, const Context& context) {
  if (options.pull != DockerPull::always) {
    auto found = look_up_image(engine, image.full(), context);
    if (found || found.error().code != ErrorCode::not_found || options.pull == DockerPull::never) return found;
  }
  if (auto pulled = pull(engine, image, options, on_pull, context); !pulled) return std::move(pulled).error();
  return look_up_image(engine, image.full(), context);
}

Result<Json> look_up_image(Engine& engine, const std::string& image, const Context& context) {
  const auto answer =
      engine.call(engine.request("GET", "/images/" + escaped(image) + "/json"), "image " + image, context);
  if (!answer) return answer.error();
  return object_from(answer->body);
}

}  // namespace matchrunner::docker
