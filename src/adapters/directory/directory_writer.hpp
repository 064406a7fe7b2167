// SPDX-License-Identifier: Apache-2.0
// DirectoryWriter: one artifact on its way into the folder. It is written to FOLDER/.partial, one file for each key,
// and renamed to its place when it is whole and on disk.
#pragma once

#include <memory>
#include <string>

#include "base/unique_fd.hpp"
#include "matchrunner/ports/artifact_sink.hpp"

namespace matchrunner {

class DirectoryWriter final : public ArtifactWriter {
 public:
  // `path` is match/epoch/name.
  static Result<std::unique_ptr<ArtifactWriter>> open(const std::string& folder, const std::string& path,
                                                      const std::string& resume_token);
  ~DirectoryWriter() override { DirectoryWriter::abort(); }

  std::uint64_t offset() const override { return synced_; }
  std::string resume_token() const override { return std::to_string(synced_); }
  Result<void> write(ByteView bytes, const Context& context) override;
  Result<std::string> close(const Context& context) override;
  void abort() noexcept override;

 private:
  DirectoryWriter(std::string folder, std::string path, UniqueFd root);

  Result<void> resume(const std::string& token);
  Result<void> sync();
  Result<void> move_to_place();
  Error failed() const;

  const std::string folder_;
  const std::string path_;
  const std::string partial_;  // beneath the folder
  const UniqueFd root_;
  UniqueFd file_;  // none after close() or abort()
  std::uint64_t written_ = 0;
  std::uint64_t synced_ = 0;  // of these, on disk
};

// The URI of an artifact in this folder.
std::string directory_uri(const std::string& folder, const std::string& path);

}  // namespace matchrunner
