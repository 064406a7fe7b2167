// SPDX-License-Identifier: Apache-2.0
// RecentBodies: what the last few bodies said, by their text. A match is read again and again between two changes, and
// parsing and checking it takes longer than all else that is done with it. One for each thread.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace matchrunner::codec {

template <class T>
class RecentBodies {
 public:
  // Until the next add().
  const T* find(std::string_view text) const {
    if (text.empty()) return nullptr;  // as the places that are free
    const auto found =
        std::find_if(bodies_.begin(), bodies_.end(), [&](const Body& body) { return body.text == text; });
    return found == bodies_.end() ? nullptr : &found->value;
  }

  void add(std::string_view text, const T& value) {
    if (text.size() > longest) return;
    bodies_[next_] = {std::string(text), value};
    next_ = (next_ + 1) % bodies_.size();
  }

 private:
  static constexpr std::size_t longest = 16 * 1024;
  struct Body {
    std::string text = {};
    T value = {};
  };
  std::array<Body, 8> bodies_;
  std::size_t next_ = 0;
};

}  // namespace matchrunner::codec
