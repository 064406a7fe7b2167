// SPDX-License-Identifier: Apache-2.0
// GivenUp: matches that this runner gave up because the store did not take what became of them, or because nothing
// could become of them: wait_match must not wait for them. Safe from any thread.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/mutex.hpp"
#include "matchrunner/base/result.hpp"

namespace matchrunner {

class GivenUp {
 public:
  // `why`, what was said, is told under a code that no caller can take for word of its own call.
  void add(const std::string& match, const Error& why,
           const std::string& because = "the store does not take what became of it");
  void clear(const std::string& match);
  std::optional<Error> find(const std::string& match) const;

 private:
  mutable Mutex mutex_;
  std::map<std::string, Error> matches_ MATCHRUNNER_GUARDED_BY(mutex_);
};

}  // namespace matchrunner
