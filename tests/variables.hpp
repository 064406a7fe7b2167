// SPDX-License-Identifier: Apache-2.0
// Variables: those of this process's environment, for the length of a scope: of `names` only `values` are set. For one
// thread, while no other looks at the environment.
#pragma once

#include <cstdlib>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace matchrunner {

class Variables {
 public:
  using Values = std::initializer_list<std::pair<const char*, std::string>>;

  Variables(std::initializer_list<const char*> names, Values values) {
    for (const char* name : names) {
      const char* value = std::getenv(name);
      before_.emplace_back(name, value == nullptr ? std::nullopt : std::optional<std::string>(value));
      ::unsetenv(name);
    }
    for (const auto& [name, value] : values) ::setenv(name, value.c_str(), 1);
  }
  ~Variables() {
    for (const auto& [name, value] : before_) {
      if (value)
        ::setenv(name, value->c_str(), 1);
      else
        ::unsetenv(name);
    }
  }
  Variables(const Variables&) = delete;
  Variables& operator=(const Variables&) = delete;

 private:
  std::vector<std::pair<const char*, std::optional<std::string>>> before_;
};

}  // namespace matchrunner
