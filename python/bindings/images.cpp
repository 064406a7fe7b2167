// SPDX-License-Identifier: Apache-2.0
// Images of an engine. The work is done on a thread of its own, so that the one that asked for it can look for signals
// and tell `on_step`: what either raises stops the work, and is raised once that has ended. The thread at work never
// wants the GIL; while `on_step` is slow it waits, and so does the engine, unless the work is to end.
#include <unistd.h>

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <set>
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

constexpr std::size_t most_steps = 64;  // that nobody has taken

// What the thread at work and the one that asked for it share.
struct WorkState {
  const pid_t process = ::getpid();
  std::stop_source stop;
  std::mutex mutex;
  std::condition_variable_any changed;
  std::deque<ImageStep> steps;
  std::optional<Result<Image>> image;  // the last that the thread at work sets

  // Once there is room. Of work that is to end nobody wants to hear more.
  void add(const ImageStep& step, const Context& context) {
    std::unique_lock lock(mutex);
    const auto has_room = [this] { return steps.size() < most_steps; };
    if (!changed.wait_until(lock, context.stop, context.deadline, has_room)) return;
    steps.push_back(step);
    changed.notify_all();
  }
  bool is_forked() const { return process != ::getpid(); }  // the thread is not here
  void end(Result<Image> with) {
    const std::lock_guard lock(mutex);
    image = std::move(with);
    changed.notify_all();
  }
};

// All that is under way. With the GIL, which guards it.
std::set<std::shared_ptr<WorkState>>& all_work() {
  static auto& all = *new std::set<std::shared_ptr<WorkState>>;
  return all;
}

class WorkThread {
 public:
  WorkThread(Work work, std::optional<double> timeout) {
    Context context = context_within(timeout);
    context.stop = state_->stop.get_token();
    thread_ = std::thread([state = state_, work = std::move(work), context] {
      try {
        state->end(work([&](const ImageStep& step) { state->add(step, context); }, context));
      } catch (const std::exception& failed) {
        state->end(Error{ErrorCode::internal, failed.what()});
      }
    });
    all_work().insert(state_);  // not before: of a thread that could not be made nobody would tell the end
  }
  ~WorkThread() {
    if (state_->is_forked()) {
      thread_.detach();
    } else {
      state_->stop.request_stop();
      without_gil([this] { thread_.join(); });
    }
    all_work().erase(state_);
  }
  WorkThread(const WorkThread&) = delete;
  WorkThread& operator=(const WorkThread&) = delete;

  // What was told since, or nothing within that time.
  std::deque<ImageStep> steps_within(milliseconds time) const {
    std::unique_lock lock(state_->mutex);
    state_->changed.wait_for(lock, time, [this] { return state_->image || !state_->steps.empty(); });
    state_->changed.notify_all();
    return std::exchange(state_->steps, {});
  }

  // Once it is done and all is told.
  std::optional<Result<Image>> image() const {
    if (state_->is_forked()) return Error{ErrorCode::forked, "the work with an image is done in another process"};
    const std::lock_guard lock(state_->mutex);
    return state_->steps.empty() ? state_->image : std::nullopt;
  }

 private:
  const std::shared_ptr<WorkState> state_ = std::make_shared<WorkState>();
  std::thread thread_;
};

Image work_done(Work work, const py::object& on_step, std::optional<double> timeout) {
  const milliseconds time = slice_time();
  WorkThread thread(std::move(work), timeout);
  while (true) {
    const auto steps = without_gil([&] { return thread.steps_within(time); });
    check_signals();
    for (const ImageStep& step : steps)
      if (!on_step.is_none()) call_python(on_step, step);
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

void end_all_image_work() {
  auto all = all_work();
  std::erase_if(all, [](const auto& state) { return state->is_forked(); });
  without_gil([&] {
    for (const auto& state : all) state->stop.request_stop();
    for (const auto& state : all) {
      std::unique_lock lock(state->mutex);
      state->changed.wait(lock, [&] { return state->image.has_value(); });
    }
  });
}

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
