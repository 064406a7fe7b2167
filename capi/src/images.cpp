// SPDX-License-Identifier: Apache-2.0
// Images of an engine: built, pushed, pulled.
#include "guard.hpp"
#include "matchrunner/json.hpp"
#include "sized_struct.hpp"
#include "stop.hpp"

using namespace matchrunner;
using namespace matchrunner::capi;

namespace {

OnImageStep told_to(mr_image_step on_step, void* self) {
  if (on_step == nullptr) return nullptr;
  return [=](const ImageStep& step) { on_step(self, step.text.c_str(), step.bytes, step.total_bytes); };
}

Result<std::string> as_json(const Result<Image>& image) {
  return image ? Result<std::string>(to_json(*image)) : image.error();
}

}  // namespace

mr_code mr_image_build(mr_buffer** out, const char* executor_urls, const mr_image_build_options* build,
                       mr_image_step on_step, void* self, int64_t timeout_ms, const mr_stop* stop, mr_error** error) {
  return produce(out, error, {{executor_urls, "executor_urls"}, {build, "build"}}, [&]() -> Result<std::string> {
    const auto given = read_struct(*build, mr_image_build_options MR_IMAGE_BUILD_OPTIONS_INIT, "build");
    if (!given) return given.error();
    if (auto set = check({{given->folder, "build.folder"}, {given->tag, "build.tag"}}); !set)
      return std::move(set).error();
    ImageBuild wanted;
    wanted.folder = given->folder;
    wanted.tag = given->tag;
    if (given->dockerfile != nullptr) wanted.dockerfile = given->dockerfile;
    wanted.pull = given->pull != 0;
    return as_json(build_image(executor_urls, wanted, told_to(on_step, self), context_of(timeout_ms, stop)));
  });
}

mr_code mr_image_push(mr_buffer** out, const char* executor_urls, const char* tag, mr_image_step on_step, void* self,
                      int64_t timeout_ms, const mr_stop* stop, mr_error** error) {
  return produce(out, error, {{executor_urls, "executor_urls"}, {tag, "tag"}}, [&] {
    return as_json(push_image(executor_urls, tag, told_to(on_step, self), context_of(timeout_ms, stop)));
  });
}

mr_code mr_image_pull(mr_buffer** out, const char* executor_urls, const char* tag, mr_image_step on_step, void* self,
                      int64_t timeout_ms, const mr_stop* stop, mr_error** error) {
  return produce(out, error, {{executor_urls, "executor_urls"}, {tag, "tag"}}, [&] {
    return as_json(pull_image(executor_urls, tag, told_to(on_step, self), context_of(timeout_ms, stop)));
  });
}
