// SPDX-License-Identifier: Apache-2.0
// Finds: what seats have left where nothing of them should be, by what became of it. Plain values.
#pragma once

#include <cstddef>
#include <string>

namespace matchrunner::launcher {

// Names the first ones and counts the rest: what hostile programs leave has no end.
class Listing {
 public:
  void add(const std::string& what) {
    if (++count_ <= most_named) text_ += (text_.empty() ? "" : ", ") + what;
  }
  bool empty() const { return count_ == 0; }
  std::string text() const {
    return count_ <= most_named ? text_ : text_ + " and " + std::to_string(count_ - most_named) + " more";
  }

 private:
  static constexpr std::size_t most_named = 3;
  std::size_t count_ = 0;
  std::string text_;
};

struct Finds {
  Listing removed;
  Listing remaining;  // with why it could not be removed
};

}  // namespace matchrunner::launcher
