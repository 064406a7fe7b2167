// SPDX-License-Identifier: Apache-2.0
// Spool: the local folders of runs under way, FOLDER/<match>.<unique id>.<random>, and what they hold for the artifact
// sink. Safe from any thread; each run's folder is used by one at a time, but that artifacts are read by several.
// Contents are written by untrusted seats.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/unique_fd.hpp"
#include "matchrunner/base/result.hpp"
#include "matchrunner/domain/match.hpp"

namespace matchrunner {

class Spool {
 public:
  explicit Spool(std::string folder) : folder_(std::move(folder)) {}

  // Empty: the default of RunnerOptions. Creates the folder, readable by this user alone.
  static Result<Spool> open(const std::string& folder);

  const std::string& folder() const { return folder_; }
  // A path that no other run has, of whatever store.
  std::string new_run_folder(const Match& match) const;

  // A run of this spool, by what its folder is called.
  struct RunFolder {
    std::string match;
    std::string unique_id;
    std::string path;
  };
  std::vector<RunFolder> runs() const;

 private:
  std::string folder_;
};

// Makes the run's folder with logs/, output/ and work/ in it.
Result<void> make_run_folder(const std::string& run_folder);

// Its run is over: what only its executor needed, in work/, goes. Who finds something of a run whose folder has no
// work/ may remove it.
void end_run_folder(const std::string& run_folder);

// No seat can write there any more: the file system has no blocks or no inodes left for an ordinary user.
bool spool_is_full(const std::string& run_folder);

// Regular files of a run that are artifacts, in order of name; links and special files are left out.
struct SpooledArtifacts {
  std::vector<std::string> names;
  bool more = false;  // output/ has more than max_output_files: whichever came first are there
};
Result<SpooledArtifacts> spooled_artifacts(const std::string& run_folder);

// Opens logs/..., output/... or result.json below the run's folder without following any link.
Result<UniqueFd> open_spooled(const std::string& run_folder, const std::string& name);

// Size and SHA-256 of an open file, which is synced to disk first.
Result<Artifact> described(const std::string& name, int fd);

// What is in the file, `corrupt_data` when it is longer than `limit`; nothing when there is no file.
Result<std::optional<std::string>> read_spooled(const std::string& run_folder, const std::string& name,
                                                std::size_t limit);

// Where the upload of an artifact was when its runner was killed, as its writer said; "": at the start. It is kept in
// the run's folder, for each artifact by whoever uploads it, and only for this: one that is lost costs time.
std::string upload_token(const std::string& run_folder, const std::string& name);
void keep_upload_token(const std::string& run_folder, const std::string& name, const std::string& token);

// The last lines of a log, at most 10 and 1 KiB; "" where there is none.
std::string log_tail(const std::string& run_folder, const std::string& name);

// The folder and all that is in it; what is not there is fine. The error names what remains, for the next sweep of the
// spool to try again.
Result<void> remove_run_folder(const std::string& run_folder);

}  // namespace matchrunner
