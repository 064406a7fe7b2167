// SPDX-License-Identifier: Apache-2.0
// SeatView: which of the host's files a seat will see, asked before it starts, so that a command that cannot work is
// told of with its reason. A plain value.
#pragma once

#include <string>
#include <vector>

#include "adapters/sandbox/messages.hpp"
#include "matchrunner/base/result.hpp"
#include "matchrunner/domain/game.hpp"

namespace matchrunner::sandbox {

class SeatView {
 public:
  // `folder`: where the seat's folders are on the host.
  SeatView(const Seat& seat, std::string folder, FileView kind);

  // The seat's command as a path that it can see. `not_found`: the message says what is missing or hidden.
  Result<std::string> resolve_command() const;

  // As the seat sees them.
  std::string place(const std::string& name) const { return (own_root() ? "" : folder_) + "/" + name; }
  std::string home() const { return place("seat"); }
  std::string working_folder() const;

 private:
  bool own_root() const { return kind_ == FileView::own_root; }
  Result<std::string> resolve_path(const std::string& path) const;
  Result<std::string> search_path() const;
  std::string on_host(const std::string& path) const;
  bool sees(const std::string& host_path) const;
  bool is_bound(const std::string& link, const std::string& whole) const;
  Error not_seen(const std::string& path, const std::string& hidden) const;
  std::string hidden_part(const std::string& host_path) const;

  const Seat& seat_;
  std::string folder_;
  FileView kind_;
};

}  // namespace matchrunner::sandbox
