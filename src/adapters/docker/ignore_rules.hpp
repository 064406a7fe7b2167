// SPDX-License-Identifier: Apache-2.0
// IgnoreRules: what a .dockerignore leaves out of a build
// (https://docs.docker.com/build/concepts/context/#dockerignore-files), by characters of UTF-8. Pure; safe from any
// thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "matchrunner/base/result.hpp"

namespace matchrunner::docker {

class IgnoreRules {
 public:
  // `invalid_argument`: a pattern of no such form, or a line that is too long; the message says which.
  static Result<IgnoreRules> read(std::string_view text);

  // Of a path in the folder, "a/b": the last rule that fits it or a folder above it says.
  bool leaves_out(std::string_view path) const;

  // Whether something in a folder that is left out may be taken all the same.
  bool has_exceptions() const { return has_exceptions_; }

 private:
  // A pattern as a row of steps. What stands at the first is to be matched by the text that is left.
  struct Step {
    enum class Kind : unsigned char { letter, any_letter, letters, folders, anything, set };
    Kind kind = Kind::letter;
    char32_t letter = 0;
    bool set_is_negated = false;
    std::vector<std::pair<char32_t, char32_t>> set = {};  // from, to

    bool takes(char32_t c) const;
  };
  struct Rule {
    bool takes_back = false;  // "!..."
    std::vector<Step> steps;
  };

  static Result<Rule> read_rule(std::string_view line);
  static Result<Step> read_set(std::string_view& rest);
  static bool fits(const std::vector<Step>& steps, std::string_view path);

  std::vector<Rule> rules_;
  bool has_exceptions_ = false;
};

}  // namespace matchrunner::docker
