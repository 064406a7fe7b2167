// SPDX-License-Identifier: Apache-2.0
#include "adapters/docker/image_pull.hpp"

#include "adapters/docker/long_work.hpp"
#include "adapters/docker/registry_login.hpp"

namespace matchrunner::docker {

Result<void> pull(Engine& engine, const ImageReference& image, const DockerOptions& options, const OnImageStep& on_step,
                  const Context& context) {
  const std::string& version = image.digest.empty() ? image.tag : image.digest;
  auto request =
      engine.request("POST", "/images/create?fromImage=" + escaped(image.name()) + "&tag=" + escaped(version));
  request.headers = {{"X-Registry-Auth", login_at(image.registry, options)}};
  auto pulled = do_work(engine, {std::move(request), "image " + image.full(), "pull"}, options, on_step, context);
  return pulled ? Result<void>() : Result<void>(std::move(pulled).error());
}

Result<Json> provide_image(Engine& engine, const ImageReference& image, const DockerOptions& options,
                           const OnImageStep& on_step, const Context& context) {
  if (options.pull != DockerPull::always) {
    auto found = look_up_image(engine, image.full(), context);
    if (found || found.error().code != ErrorCode::not_found || options.pull == DockerPull::never) return found;
  }
  if (auto pulled = pull(engine, image, options, on_step, context); !pulled) return std::move(pulled).error();
  return look_up_image(engine, image.full(), context);
}

Result<Json> look_up_image(Engine& engine, const std::string& image, const Context& context) {
  const auto answer =
      engine.call(engine.request("GET", "/images/" + escaped(image) + "/json"), "image " + image, context);
  if (!answer) return answer.error();
  return object_from(answer->body);
}

}  // namespace matchrunner::docker
