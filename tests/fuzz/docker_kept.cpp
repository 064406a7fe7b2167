// SPDX-License-Identifier: Apache-2.0
// What an engine sends as the archive of a seat's folder. Nothing of it comes to lie outside of the spool.
#include "adapters/docker/seat_archive.hpp"
#include "file_bytes.hpp"
#include "fuzz/target.hpp"
#include "temporary_folder.hpp"

using namespace matchrunner;
using namespace matchrunner::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const TemporaryFolder folder;
  const std::string spool = folder / "spool";
  std::filesystem::create_directories(spool + "/output");
  auto archive = docker::Archive::make(folder.path());
  require(archive && archive->append(as_bytes(text_of(data, size))), "an archive is made");
  constexpr std::uint64_t limit = 3000;
  for (const docker::Kept what : {docker::Kept::more_output, docker::Kept::all, docker::Kept::more_output}) {
    const auto unpacked = docker::unpack_kept(*archive, spool, limit, what);
    if (unpacked) require(unpacked->surplus <= size && unpacked->dropped <= size, "no more than there was");
  }
  std::uint64_t bytes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(spool + "/output"))
    if (entry.is_regular_file()) bytes += entry.file_size();
  require(bytes <= limit, "files have their limit");
  std::size_t beside = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) beside += entry.path() == spool ? 0 : 1;
  require(beside == 0, "nothing lies beside the spool");
  [[maybe_unused]] const auto remains = remove_tree(spool);
  return 0;
}
