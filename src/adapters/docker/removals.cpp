// SPDX-License-Identifier: Apache-2.0
#include "adapters/docker/removals.hpp"

namespace matchrunner::docker {
namespace {

constexpr std::chrono::seconds longest_wait{10};
constexpr std::size_t most_at_once = 4;  // an engine that is slower than its matches is not heaped up with them

}  // namespace

Removals::Removals(std::shared_ptr<Engine> engine) : engine_(std::move(engine)), session_(engine_->address().session) {}

Removals::~Removals() { finish(); }

void Removals::start(const std::string& path) {
  const Context context = Context::within(longest_wait);
  session_.advance();
  settle(most_at_once - 1, context);
  session_.wait_until_sent(session_.start(engine_->request("DELETE", path)), context);
}

void Removals::finish() { settle(0, Context::within(longest_wait)); }

void Removals::settle(std::size_t most, const Context& context) {
  while (session_.in_flight() > most)
    if (const auto done = session_.wait(context); !done) return;
}

}  // namespace matchrunner::docker
