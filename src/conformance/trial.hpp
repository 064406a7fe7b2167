// SPDX-License-Identifier: Apache-2.0
// What the checks of all ports share: opening the subject, and expectations about results. No thread rule of its own.
#pragma once

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "matchrunner/conformance.hpp"

namespace matchrunner::conformance {

// Long enough for any machine; a check that needs it all has failed.
inline Context patient() { return Context::within(milliseconds(60000)); }
inline Context past() { return Context::within(milliseconds(-1)); }
inline Context stopped() {
  std::stop_source source;
  source.request_stop();
  return {Context::Clock::time_point::max(), source.get_token()};
}

template <class T>
bool succeeds(Expect& expect, const Result<T>& result, const std::string& what) {
  return expect(result.has_value(), what + (result ? "" : ": " + result.error().describe()));
}

template <class T>
bool fails(Expect& expect, const Result<T>& result, ErrorCode code, const std::string& what) {
  const std::string found = result ? "success" : std::string(to_string(result.error().code));
  return expect(!result && result.error().code == code,
                what + ": expected " + std::string(to_string(code)) + ", found " + found);
}

// The port on fresh ground (or on that of the last fresh one); nothing when it cannot be opened, which is a failure.
template <class Port>
std::shared_ptr<Port> open(Subject<Port>& subject, Expect& expect, bool fresh = true) {
  auto port = subject.open(fresh);
  if (!succeeds(expect, port, "open")) return nullptr;
  return *std::move(port);
}

template <class Capabilities>
bool always(const Capabilities&) {
  return true;
}

// Runs work(0), ..., work(count - 1) at once, each in a thread of its own, and collects what each found wrong.
template <class Work>
void from_threads(int count, Expect& expect, Work work) {
  std::vector<Expect> found(static_cast<std::size_t>(count));
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < count; ++i)
      threads.emplace_back([&found, &work, i] { work(i, found[static_cast<std::size_t>(i)]); });
  }
  for (const Expect& each : found)
    for (const std::string& failure : each.failures()) expect(false, failure);
}

}  // namespace matchrunner::conformance
