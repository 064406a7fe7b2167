// SPDX-License-Identifier: Apache-2.0
// The executor's suite against containers of a real engine.
#include "conformance/run_checks.hpp"
#include "docker/docker_match.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

TEST_CASE("executor: docker") {
  const TemporaryFolder folder;
  conformance::Subject<Executor> subject;
  subject.open = [](bool) { return make_docker_executor(docker_options()); };
  subject.spool_folder = [&folder, number = 0]() mutable -> Result<std::string> {
    const std::string path = folder / std::to_string(++number);
    std::filesystem::create_directory(path);
    return path;
  };
  subject.seat = [](std::span<const conformance::SeatStep> steps) {
    Seat seat = conformance::shell_seat(steps);
    seat.command.reset();
    seat.image = busybox;
    seat.arguments.erase(seat.arguments.begin());  // "-c" is in the image
    return seat;
  };
  run_checks(conformance::executor_checks(), std::move(subject));
  CHECK(containers_left() == 0);
  CHECK(volumes_left() == 0);
}
