// SPDX-License-Identifier: Apache-2.0
#include "matchrunner/adapters/docker_images.hpp"

#include "adapters/docker/build_folder.hpp"
#include "adapters/docker/failure.hpp"
#include "adapters/docker/image_pull.hpp"
#include "adapters/docker/long_work.hpp"
#include "adapters/docker/prepared_image.hpp"
#include "adapters/docker/registry_login.hpp"
#include "base/thrown_error.hpp"

namespace matchrunner {
namespace docker {
namespace {

// What an image is called, once the options hold.
Result<ImageReference> called(const std::string& tag, const DockerOptions& options) {
  if (auto checked = check_registries(options); !checked) return std::move(checked).error();
  return read_reference(with_registry(tag, options.default_registry), "tag");
}

// Likewise of one that a name is given, or that is sent by it.
Result<ImageReference> tagged(const std::string& tag, const DockerOptions& options) {
  auto name = called(tag, options);
  if (name && !name->digest.empty()) return invalid("tag: expected no digest, found '" + tag + "'");
  if (name && name->registry == prepared_registry)
    return invalid("tag: images of " + std::string(prepared_registry) + " are this library's own, found '" + tag + "'");
  return name;
}

std::string digest_in(const Json& image, const ImageReference& name) {
  const Json* const digests = part_of(image, "RepoDigests");
  if (digests == nullptr || !digests->is_array()) return {};
  for (const Json& each : *digests)
    if (const auto known = read_reference(each.is_string() ? each.get<std::string>() : "");
        known && known->name() == name.name())
      return known->digest;
  return {};
}

Result<Image> image_called(Engine& engine, const ImageReference& name, const Context& context) {
  const auto found = look_up_image(engine, name.full(), context);
  if (!found) return found.error();
  return Image{name.full(), text_at(*found, "Id"), digest_in(*found, name)};
}

Result<Image> build_on(Engine& engine, const ImageReference& name, const DockerOptions& options,
                       const ImageBuild& build, const OnImageStep& on_step, const Context& context) {
  auto archive = pack_build_folder(build, context);
  if (!archive) return std::move(archive).error();
  const auto bytes = archive->bytes();
  if (!bytes) return bytes.error();
  // rm, forcerm: no container of a step is left, however it ended.
  auto request =
      engine.request("POST", "/build?t=" + escaped(name.full()) + "&dockerfile=" + escaped(build.dockerfile) +
                                 "&rm=1&forcerm=1" + (build.pull ? "&pull=1" : ""));
  request.headers = {{"Content-Type", "application/x-tar"}, {"X-Registry-Config", all_logins(options)}};
  request.body = *bytes;
  request.may_be_silent = true;  // as its commands may be
  const std::string what = "image " + name.full();
  try {
    if (on_step) on_step({"Sending " + std::to_string(bytes->size()) + " bytes to the engine", 0, 0});
  } catch (...) {  // as what is thrown later
    return thrown_error(origin);
  }
  const auto built = do_work(engine, {std::move(request), what, "build"}, options, on_step, context);
  if (!built) return built.error();
  if (text_at(*built, "ID").empty())
    return Error{ErrorCode::unavailable, what + ": the engine ended its build and has made none", origin};
  return Image{name.full(), text_at(*built, "ID"), {}};
}

Result<Image> push_from(Engine& engine, const ImageReference& name, const DockerOptions& options,
                        const OnImageStep& on_step, const Context& context) {
  auto known = image_called(engine, name, context);  // the engine's words for it being gone have no code
  if (!known) return known;
  auto request = engine.request("POST", "/images/" + escaped(name.name()) + "/push?tag=" + escaped(name.tag));
  request.headers = {{"X-Registry-Auth", login_at(name.registry, options)}};
  const auto pushed = do_work(engine, {std::move(request), "image " + name.full(), "push"}, options, on_step, context);
  if (!pushed) return pushed.error();
  known->digest = text_at(*pushed, "Digest");
  return known;
}

}  // namespace
}  // namespace docker

Result<Image> build_image(const DockerOptions& options, const ImageBuild& build, const OnImageStep& on_step,
                          const Context& context) {
  const auto name = docker::tagged(build.tag, options);
  if (!name) return name.error();
  auto engine = docker::open_engine(options, context);
  if (!engine) return std::move(engine).error();
  return docker::build_on(*engine, *name, options, build, on_step, context);
}

Result<Image> push_image(const DockerOptions& options, const std::string& tag, const OnImageStep& on_step,
                         const Context& context) {
  const auto name = docker::tagged(tag, options);
  if (!name) return name.error();
  auto engine = docker::open_engine(options, context);
  if (!engine) return std::move(engine).error();
  return docker::push_from(*engine, *name, options, on_step, context);
}

Result<Image> pull_image(const DockerOptions& options, const std::string& tag, const OnImageStep& on_step,
                         const Context& context) {
  const auto name = docker::called(tag, options);
  if (!name) return name.error();
  auto engine = docker::open_engine(options, context);
  if (!engine) return std::move(engine).error();
  if (auto pulled = docker::pull(*engine, *name, options, on_step, context); !pulled) return std::move(pulled).error();
  return docker::image_called(*engine, *name, context);
}

}  // namespace matchrunner
