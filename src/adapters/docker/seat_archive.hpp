// SPDX-License-Identifier: Apache-2.0
// What goes into a seat's container and what is fetched out of it, as tar archives by libarchive. What comes out is
// not trusted: only regular files are taken, each below output/ or as the result.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "adapters/docker/container.hpp"
#include "base/unique_fd.hpp"
#include "matchrunner/base/bytes.hpp"
#include "matchrunner/base/context.hpp"
#include "matchrunner/domain/match_plan.hpp"

namespace matchrunner::docker {

// An archive on disk, of no name, mapped into memory.
class Archive {
 public:
  // `folder`: where it has room.
  static Result<Archive> make(const std::string& folder);
  Archive(Archive&& other) noexcept;
  Archive& operator=(Archive&&) = delete;
  ~Archive();

  int fd() const { return file_.get(); }
  Result<void> append(ByteView part);
  std::uint64_t size() const { return size_; }
  Result<ByteView> bytes();  // until the next append, or its end

 private:
  explicit Archive(UniqueFd file) : file_(std::move(file)) {}
  void unmap();

  UniqueFd file_;
  std::uint64_t size_ = 0;
  void* mapped_ = nullptr;
  std::size_t mapped_size_ = 0;
};

// The content of a seat's volume before it starts: its folders and its files, all the user's. `is_prepared`: its image
// has the folders (prepared_image.hpp).
Result<Archive> pack_seat(const MatchPlan& plan, const Seat& seat, bool is_prepared, User owner,
                          const Context& context);

// The volume's folder and those in it of a seat that decides the match, the user's; its output was last changed `at`.
Result<Archive> pack_folders(const std::string& work_folder, User owner, std::chrono::seconds at);

struct Unpacked {
  std::uint64_t bytes = 0;    // of all files it left
  std::uint64_t dropped = 0;  // files beyond the limit of bytes
  std::uint64_t surplus = 0;  // files and folders beyond max_output_files
};

// more_output: what a file has more than the one that is there is added to it, and nothing counts as a result.
enum class Kept : unsigned char { all, more_output };

// kept/output/... becomes output/..., kept/result/result.json becomes result.json, below `spool`. An archive that was
// cut short counts as far as it goes.
Result<Unpacked> unpack_kept(Archive& archive, const std::string& spool, std::uint64_t limit, Kept what);

}  // namespace matchrunner::docker
