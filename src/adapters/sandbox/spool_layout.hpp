// SPDX-License-Identifier: Apache-2.0
// Where things of a run lie below its spool folder. Plain functions of text.
#pragma once

#include <string>

namespace matchrunner::sandbox {

inline std::string log_path(const std::string& spool, const std::string& seat, const char* stream) {
  return spool + "/logs/" + seat + "." + stream;
}
inline std::string work_folder(const std::string& spool) { return spool + "/work"; }
// Of one seat: has seat/, output/ and result/.
inline std::string seat_folder(const std::string& spool, const std::string& seat) {
  return work_folder(spool) + "/" + seat;
}

inline constexpr const char* result_file = "result.json";

}  // namespace matchrunner::sandbox
