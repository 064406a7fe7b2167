// SPDX-License-Identifier: Apache-2.0
// HealthBook: what the threads of a runner say of the parts that they use, where they use them.
// Safe from any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clocks.hpp"
#include "base/mutex.hpp"
#include "matchrunner/base/result.hpp"
#include "matchrunner/domain/health.hpp"

namespace matchrunner {

inline const std::string store_part = "store";
inline const std::string executor_part = "executor";
inline const std::string artifacts_part = "artifacts";

class HealthBook {
 public:
  explicit HealthBook(Clocks clocks) : clocks_(std::move(clocks)), looked_at_(clocks_.boot()) {}

  void add(const std::string& part);

  // An answer of the part: that it failed, or that it did what it was to do `done` times.
  void note(const std::string& part, const Result<void>& answer, std::uint64_t done = 0);
  void note_refused(const std::string& part);
  // What the store said to a commit. One that cannot be written to, as on a full disk, may still be read: what it fails
  // at counts until it takes another, or for a while.
  void note_commit(const std::optional<Error>& error);

  void keeper_looks();  // its turn begins

  std::vector<PartHealth> parts() const;
  milliseconds silent() const;

 private:
  PartHealth* find(const std::string& part) MATCHRUNNER_REQUIRES(mutex_);
  bool lately_unwritten() const MATCHRUNNER_REQUIRES(mutex_);

  const Clocks clocks_;
  mutable Mutex mutex_;
  std::vector<PartHealth> parts_ MATCHRUNNER_GUARDED_BY(mutex_);
  BootClock::time_point looked_at_ MATCHRUNNER_GUARDED_BY(mutex_);
  std::optional<BootClock::time_point> unwritten_at_ MATCHRUNNER_GUARDED_BY(mutex_);
};

}  // namespace matchrunner
