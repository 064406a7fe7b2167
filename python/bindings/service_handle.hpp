// SPDX-License-Identifier: Apache-2.0
// ServiceHandle: a Service as Python owns it. With the GIL, which guards the members and is released around native
// calls.
#pragma once

#include <memory>
#include <optional>

#include "errors.hpp"
#include "matchrunner/service.hpp"

namespace matchrunner::python {

class ServiceHandle {
 public:
  explicit ServiceHandle(const ServiceConfig& config);
  ~ServiceHandle();
  ServiceHandle(const ServiceHandle&) = delete;
  ServiceHandle& operator=(const ServiceHandle&) = delete;

  const std::shared_ptr<Service>& get() const { return service_; }

  // Ctrl-C cuts the grace short, and is raised when everything is closed.
  void close(std::optional<milliseconds> grace);

  // Closes every service of the process with no grace; called before the interpreter ends.
  static void close_all();

 private:
  std::shared_ptr<Service> service_;
};

}  // namespace matchrunner::python
