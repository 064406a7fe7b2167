// SPDX-License-Identifier: Apache-2.0
// The executor's suite against real processes.
#include <sys/stat.h>

#include "conformance/run_checks.hpp"
#include "sandbox/sandbox_match.hpp"
#include "temporary_folder.hpp"

using namespace matchrunner;

TEST_CASE("executor: sandbox", "[tiers]") {
  const TemporaryFolder folder;
  ::chmod(folder.path().c_str(), 0711);  // seats may have users of their own
  conformance::Subject<Executor> subject;
  subject.open = [](bool) { return make_sandbox_executor(test_options()); };
  subject.spool_folder = [&folder, number = 0]() mutable -> Result<std::string> {
    const std::string path = folder / std::to_string(++number);
    std::filesystem::create_directory(path);
    return path;
  };
  subject.seat = conformance::shell_seat;
  run_checks(conformance::executor_checks(), std::move(subject));
}
