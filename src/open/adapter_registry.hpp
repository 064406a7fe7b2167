// SPDX-License-Identifier: Apache-2.0
// AdapterRegistry: the rows of one port, ours and the user's, by scheme. Safe for concurrent calls from any thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/mutex.hpp"
#include "matchrunner/open.hpp"
#include "open/url.hpp"

namespace matchrunner {

// A scheme that this build could have had.
struct AbsentRow {
  std::string_view scheme;
  std::string_view cmake_option;
};

template <class Opened>
class AdapterRegistry {
 public:
  using Open = std::function<Result<Opened>(const std::string&)>;

  AdapterRegistry(std::string port, std::vector<AbsentRow> absent)
      : port_(std::move(port)), absent_(std::move(absent)) {}

  Result<void> add(AdapterRow row, Open open) {
    row.port = port_;
    const auto url = parse_url(row.scheme + "://");
    if (!url || url->scheme != row.scheme)
      return Error{ErrorCode::invalid_argument, "'" + row.scheme + "' is not a URL scheme in lower case"};
    if (!open) return Error{ErrorCode::invalid_argument, "no function to open " + row.scheme + ":// with"};
    Lock lock(mutex_);
    for (const auto& [known, unused] : rows_)
      if (known.scheme == row.scheme) return Error{ErrorCode::already_exists, row.scheme + ":// is taken for " + port_};
    rows_.emplace_back(std::move(row), std::move(open));
    return {};
  }

  Result<Opened> open(const std::string& text) {
    const auto url = parse_url(text);
    if (!url) return url.error();
    const Open open_row = find(url->scheme);
    if (open_row) return open_row(text);
    for (const AbsentRow& row : absent_)
      if (row.scheme == url->scheme)
        return Error{ErrorCode::unsupported,
                     url->scheme + ":// is not compiled in: build with -D" + std::string(row.cmake_option) + "=ON"};
    return Error{ErrorCode::invalid_argument,
                 "'" + url->text + "': unknown scheme for " + port_ + "; known are " + schemes()};
  }

  void list(std::vector<AdapterRow>& all) {
    Lock lock(mutex_);
    for (const auto& [row, unused] : rows_) all.push_back(row);
  }

 private:
  // A copy: the user's function is called without the lock.
  Open find(std::string_view scheme) {
    Lock lock(mutex_);
    for (const auto& [row, open] : rows_)
      if (row.scheme == scheme) return open;
    return nullptr;
  }

  std::string schemes() {
    Lock lock(mutex_);
    std::string text;
    for (const auto& [row, unused] : rows_) text += (text.empty() ? "" : ", ") + row.scheme + "://";
    return text;
  }

  const std::string port_;
  const std::vector<AbsentRow> absent_;
  Mutex mutex_;
  std::vector<std::pair<AdapterRow, Open>> rows_ MATCHRUNNER_GUARDED_BY(mutex_);
};

}  // namespace matchrunner
