// SPDX-License-Identifier: Apache-2.0
// An engine over TCP, where each side shows a certificate. It listens in the network namespace of its script, so that
// is where these threads go.
#include <fcntl.h>
#include <sched.h>

#include <thread>

#include "base/unique_fd.hpp"
#include "docker/docker_match.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

namespace {

// Runs `call` where the engine's ports are.
template <class Call>
void beside_the_engine(Call call) {
  bool there = false;
  std::thread([&] {
    const UniqueFd network(::open(shared_docker().network().c_str(), O_RDONLY | O_CLOEXEC));
    there = network && ::setns(network.get(), CLONE_NEWNET) == 0;
    if (there) call();
  }).join();
  REQUIRE(there);
}

DockerOptions tls_options(const std::string& certificates) {
  DockerOptions options = docker_options();
  options.host = "tcp://127.0.0.1:2376";
  options.certificates = certificates;
  return options;
}

}  // namespace

TEST_CASE("a match over TCP with TLS") {
  const TemporaryFolder folder;
  const MatchPlan plan = shell_plan(folder, "echo over the network");
  Result<Played> played = Error{ErrorCode::internal, "not played"};
  beside_the_engine([&] {
    const auto executor = make_docker_executor(tls_options(shared_docker().certificates()));
    if (!executor) {
      played = executor.error();
      return;
    }
    const auto prepared = (*executor)->prepare(plan, {});
    auto run = prepared ? (*executor)->start(plan, {}) : Result<std::unique_ptr<Run>>(prepared.error());
    if (!run)
      played = run.error();
    else
      played = follow(**run);
  });
  INFO((played ? "" : played.error().describe()));
  REQUIRE(played);
  CHECK(played->seat.verdict == Verdict::ok);
}

TEST_CASE("without the right certificates there is no engine") {
  const TemporaryFolder none;
  std::optional<ErrorCode> without;
  std::optional<ErrorCode> other_authority;
  std::optional<ErrorCode> plain;
  beside_the_engine([&] {
    const auto code = [](const DockerOptions& options) {
      const auto made = make_docker_executor(options);
      return made ? std::optional<ErrorCode>() : made.error().code;
    };
    without = code(tls_options(none.path()));
    other_authority = code(tls_options(shared_docker().certificates() + "/others"));
    plain = code(tls_options(""));
  });
  CHECK(without == ErrorCode::invalid_argument);
  CHECK(other_authority == ErrorCode::permission_denied);
  CHECK(plain.has_value());
}
