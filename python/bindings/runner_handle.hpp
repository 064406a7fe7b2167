// SPDX-License-Identifier: Apache-2.0
// RunnerHandle: a Runner as Python owns it. Closing it gives up the ports, so that a Python port that refers to its own
// runner does not live for ever. With the GIL, which guards the member and is released around native calls.
#pragma once

#include <memory>

#include "errors.hpp"
#include "matchrunner/runner.hpp"

namespace matchrunner::python {

class RunnerHandle {
 public:
  explicit RunnerHandle(RunnerOptions options);
  explicit RunnerHandle(std::shared_ptr<Runner> runner) : runner_(std::move(runner)) {}  // which another closes
  ~RunnerHandle();
  RunnerHandle(const RunnerHandle&) = delete;
  RunnerHandle& operator=(const RunnerHandle&) = delete;

  // `cancelled` once closed.
  std::shared_ptr<Runner> get() const;

  // Calls the runner without the GIL.
  template <class Call>
  auto call(Call&& make_call) const {
    const auto runner = get();
    return blocking([&] { return make_call(*runner); });
  }

  // Ctrl-C cuts the grace short, and is raised when everything is closed.
  void close(milliseconds grace);
  bool closed() const { return runner_ == nullptr; }

  // Closes every runner of the process with no grace; called before the interpreter ends.
  static void close_all();

 private:
  std::shared_ptr<Runner> runner_;
};

// The constructor of Python's Runner.
std::unique_ptr<RunnerHandle> open_handle(const py::object& store, const py::object& artifacts,
                                          const py::object& executor, const py::dict& sinks,
                                          const py::sequence& sources, std::string pool, std::uint32_t slots,
                                          std::int32_t workers, std::string only_match, const py::object& spool_folder,
                                          std::string name, milliseconds lease, milliseconds collect_timeout,
                                          std::uint32_t backlog, std::map<std::string, std::string> streams,
                                          std::vector<std::string> targets, bool return_queued,
                                          std::vector<std::string> host_paths);

}  // namespace matchrunner::python
