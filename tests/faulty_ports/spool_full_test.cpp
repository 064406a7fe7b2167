// SPDX-License-Identifier: Apache-2.0
// A disk that is full while a match is spooled: the host's fault, one outcome, and the next match runs when there is
// room.
#include <unistd.h>

#include <fstream>

#include "catch.hpp"
#include "runtime/scripted.hpp"
#include "small_disk.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

namespace {

// As many bytes as there is room for.
void fill(const std::string& path, std::size_t leave) {
  std::ofstream file(path, std::ios::binary);
  const std::string block(4096, 'x');
  while (file.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
  }
  file.close();
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - leave);
}

}  // namespace

TEST_CASE("a spool that is full fails the match as the host's fault, and nothing else is lost") {
  if (::geteuid() != 0) return;  // only root may mount
  // How much room there is: for the seat's first words but not all of them; for folders only; for nothing.
  const std::size_t room = GENERATE(std::size_t{32} << 10, std::size_t{8} << 10, std::size_t{0});
  INFO(room);
  Ground ground;
  const SmallDisk disk(ground.spool.path(), "1m,nr_inodes=64");
  const std::string ballast = ground.spool.path() + "/ballast";
  const auto runner = Runner::open(ground.options()).value();
  fill(ballast, room);
  const Match failed = played(*runner, solo({"output small=1", "output replay=" + std::string(64 << 10, 'x')}));
  CHECK(failed.state == MatchState::failed);
  REQUIRE(failed.outcome);
  CHECK(failed.outcome->fault == Fault::infrastructure);
  CHECK(failed.outcome->reason.find("No space left") != std::string::npos);
  const auto types = event_types(*runner, failed.id);
  CHECK(std::count(types.begin(), types.end(), "fail") == 1);
  CHECK(std::count(types.begin(), types.end(), "collected") == 0);

  std::filesystem::remove(ballast);
  const Match finished = played(*runner, solo({"output replay=xyz"}));
  CHECK(finished.state == MatchState::finished);
  CHECK(finished.artifacts.size() == 3);
  REQUIRE(runner->close(milliseconds(0)));
  CHECK(std::filesystem::is_empty(ground.spool.path()));  // also of the match that failed
}
