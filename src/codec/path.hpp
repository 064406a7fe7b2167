// SPDX-License-Identifier: Apache-2.0
// Path: where in a JSON value one is, as faults name it: seats[1].environment["a b"]. For one thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace matchrunner::codec {

class Path {
 public:
  void enter(std::string_view name);
  void enter(std::size_t index);
  void leave();
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::vector<std::size_t> lengths_;  // of the text before each part
};

}  // namespace matchrunner::codec
