// SPDX-License-Identifier: Apache-2.0
#include "service_handle.hpp"

#include <set>

#include "closing.hpp"

namespace matchrunner::python {
namespace {

// Those that live; guarded by the GIL.
std::set<ServiceHandle*>& live_services() {
  static std::set<ServiceHandle*> handles;
  return handles;
}

}  // namespace

ServiceHandle::ServiceHandle(const ServiceConfig& config)
    : service_(torn_down_without_gil(std::shared_ptr<Service>(blocking([&] { return Service::open(config); })))) {
  live_services().insert(this);
}

ServiceHandle::~ServiceHandle() { live_services().erase(this); }

void ServiceHandle::close(std::optional<milliseconds> grace) {
  const auto service = service_;
  unwrap(close_with_signals([&] { return service->close(grace); }, [&] { return service->close(milliseconds(0)); }));
}

void ServiceHandle::close_all() {
  std::vector<std::shared_ptr<Service>> services;
  for (const ServiceHandle* handle : live_services()) services.push_back(handle->service_);
  without_gil([&] {
    for (const auto& service : services) [[maybe_unused]] const auto closed = service->close(milliseconds(0));
    services.clear();
  });
}

}  // namespace matchrunner::python
