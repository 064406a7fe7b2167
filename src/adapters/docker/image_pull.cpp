// SPDX-License-Identifier: Apache-2.0
#include "adapters/docker/image_pull.hpp"

#include "adapters/docker/failure.hpp"
#include "adapters/docker/json_parts.hpp"
#include "base/base64.hpp"

namespace matchrunner::docker {
namespace {

constexpr std::size_t longest_line = 1 << 20;  // of the progress

// An engine tells of a pull in lines of JSON, and so of its failure, long after it has said 200.
class Progress {
 public:
  explicit Progress(std::string what) : what_(std::move(what)) {}

  Result<http::Request::Taken> take(ByteView part) {
    rest_ += as_text(part);
    for (std::size_t end = 0; (end = rest_.find('\n')) != rest_.npos; rest_.erase(0, end + 1))
      if (auto read = read_line(rest_.substr(0, end)); !read) return read.error();
    if (rest_.size() > longest_line) return Error{ErrorCode::corrupt_data, what_ + ": no end of a line", origin};
    return http::Request::Taken{};
  }

  Result<void> close() { return read_line(rest_); }

 private:
  Result<void> read_line(const std::string& line) const {
    const std::string error = text_at(object_from(line), "error");
    return error.empty() ? Result<void>() : failure_of(error, what_);
  }

  const std::string what_;
  std::string rest_;
};

Result<void> pull(Engine& engine, const ImageReference& image, const DockerOptions& options, const Context& context) {
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
  Progress progress(what);
  request.body_sink = [&](const http::Answer&, ByteView part) { return progress.take(part); };
  if (auto answer = engine.call(std::move(request), what, context); !answer) return std::move(answer).error();
  return progress.close();
}

}  // namespace

Result<void> provide_image(Engine& engine, const ImageReference& image, const DockerOptions& options,
                           const Context& context) {
  if (options.pull == DockerPull::always) return pull(engine, image, options, context);
  auto found = engine.call(engine.request("GET", "/images/" + escaped(image.full()) + "/json"), "image " + image.full(),
                           context);
  if (found) return {};
  if (found.error().code != ErrorCode::not_found || options.pull == DockerPull::never) return std::move(found).error();
  return pull(engine, image, options, context);
}

}  // namespace matchrunner::docker
