// SPDX-License-Identifier: Apache-2.0
// Images of an engine. The work is done on a thread of its own, so that the one that asked for it can look for signals
// and tell `on_step`: what either raises stops the work, and is raised once that has ended.
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

#include "matchrunner/json.hpp"
#include "module_parts.hpp"
#include "runner_arguments.hpp"
#include "value.hpp"
#include "waiting.hpp"

namespace matchrunner::python {
namespace {

using py::arg;
using Work = std::function<Result<Image>(const OnImageStep& on_step, const Context& context)>;

class WorkThread {
 public:
  WorkThread(Work work, std::optional<double> timeout) {
    Context context = context_within(timeout);
    context.stop = stop_.get_token();
    thread_ = std::thread([this, work = std::move(work), context] {
      Result<Image> image = Error{ErrorCode::internal, "images: no result"};
      try {
        image = work([this](const ImageStep& step) { add(step); }, context);
      } catch (const std::exception& failed) {
        image = Error{ErrorCode::internal, failed.what()};
      }
      const std::lock_guard lock(mutex_);
      image_ = std::move(image);
      changed_.notify_one();
    });
  }
  ~WorkThread() {
    stop_.request_stop();
    without_gil([this] { thread_.join(); });
  }
  WorkThread(const WorkThread&) = delete;
  WorkThread& operator=(const WorkThread&) = delete;

  // What was told since, or nothing within that time.
  std::deque<ImageStep> steps_within(milliseconds time) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, time, [this] { return image_ || !steps_.empty(); });
    return std::exchange(steps_, {});
  }

  // Once it is done and all is told.
  std::optional<Result<Image>> image() {
    const std::lock_guard lock(mutex_);
    return steps_.empty() ? image_ : std::nullopt;
  }

 private:
  void add(const ImageStep& step) {
    const std::lock_guard lock(mutex_);
    steps_.push_back(step);
    changed_.notify_one();
  }

  std::stop_source stop_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<ImageStep> steps_;
  std::optional<Result<Image>> image_;
  std::thread thread_;
};

Image work_done(Work work, const py::object& on_step, std::optional<double> timeout) {
  const milliseconds time = slice_time();
  WorkThread thread(std::move(work), timeout);
  while (true) {
    const auto steps = without_gil([&] { return thread.steps_within(time); });
    check_signals();
    for (const ImageStep& step : steps)
      if (!on_step.is_none()) on_step(step);
    if (auto image = thread.image()) return unwrap(*std::move(image));
  }
}

Image built(const py::object& folder, std::string tag, const std::string& executor, std::string dockerfile, bool pull,
            const py::object& on_step, std::optional<double> timeout) {
  const ImageBuild wanted{folder_from(folder), std::move(tag), std::move(dockerfile), pull};
  return work_done(
      [&](const OnImageStep& tell, const Context& context) { return build_image(executor, wanted, tell, context); },
      on_step, timeout);
}

Image pushed(const std::string& tag, const std::string& executor, const py::object& on_step,
             std::optional<double> timeout) {
  return work_done(
      [&](const OnImageStep& tell, const Context& context) { return push_image(executor, tag, tell, context); },
      on_step, timeout);
}

Image pulled(const std::string& tag, const std::string& executor, const py::object& on_step,
             std::optional<double> timeout) {
  return work_done(
      [&](const OnImageStep& tell, const Context& context) { return pull_image(executor, tag, tell, context); },
      on_step, timeout);
}

}  // namespace

void add_images(py::module_& module) {
  Value<ImageStep>(module, "ImageStep")
      .field("text", &ImageStep::text)
      .field("bytes", &ImageStep::bytes)
      .field("total_bytes", &ImageStep::total_bytes)
      .done();
  Value<Image>(module, "Image")
      .field("name", &Image::name)
      .field("id", &Image::id)
      .field("digest", &Image::digest)
      .done()
      .def(
          "to_json", [](const Image& image) { return to_json(image); }, "JSON text, as `matchrunner images --json`.");
  module.def("build_image", &built, arg("folder"), arg("tag"), py::kw_only(), arg("executor") = "docker://",
             arg("dockerfile") = "Dockerfile", arg("pull") = false, arg("on_step") = py::none(),
             arg("timeout") = py::none(), "Builds an image from a folder on the engine of this executor.");
  module.def("push_image", &pushed, arg("tag"), py::kw_only(), arg("executor") = "docker://",
             arg("on_step") = py::none(), arg("timeout") = py::none(),
             "Pushes an image to the registry that its name says, with the login of the executor's URL.");
  module.def("pull_image", &pulled, arg("tag"), py::kw_only(), arg("executor") = "docker://",
             arg("on_step") = py::none(), arg("timeout") = py::none(),
             "Pulls an image from the registry that its name says, with the login of the executor's URL.");
}

}  // namespace matchrunner::python
