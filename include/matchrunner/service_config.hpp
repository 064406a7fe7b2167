// SPDX-License-Identifier: Apache-2.0
// ServiceConfig: what `matchrunner serve` runs, as one JSON file and environment variables say it (docs/service.md).
// Pure functions, safe from any thread; nothing here touches the disk or the process's environment.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "matchrunner/base/result.hpp"
#include "matchrunner/domain/log_line.hpp"
#include "matchrunner/match_file.hpp"

namespace matchrunner {

inline constexpr double max_keep_days = 36'500;

// Ports are URLs, as open_* (open.hpp) takes them. `${NAME}` in one is a variable of the process, `${file:PATH}` what
// is in a file; both are put in, percent-encoded, when the service opens.
struct ServiceConfig {
  std::string store;
  std::string artifacts;
  std::string executor;
  std::string spool;  // as RunnerOptions::spool_folder
  std::vector<std::string> sources;
  std::map<std::string, std::string> sinks;    // name -> URL
  std::map<std::string, std::string> streams;  // as RunnerOptions::streams
  std::vector<std::string> targets;            // as RunnerOptions::targets
  std::vector<std::string> host_paths;         // as RunnerOptions::host_paths
  std::string pool = "default";
  std::uint32_t slots = 0;    // 0: as stored, or the number of cores
  std::int32_t workers = 0;   // 0: as many as slots
  std::uint32_t backlog = 0;  // as RunnerOptions::backlog
  bool return_queued = true;  // likewise
  std::string name;
  double lease_seconds = 15;
  double collect_seconds = 10;
  double grace_seconds = 60;
  double healthy_seconds = 90;
  double keep_days = 0;                 // matches that ended longer ago are removed, as by Runner::prune; 0: none
  std::string http = "127.0.0.1:9377";  // "off": no pages
  LogFormat log_format = LogFormat::text;
  LogLevel log_level = LogLevel::info;

  bool operator==(const ServiceConfig&) const = default;
};

using Variables = std::map<std::string, std::string>;

// Every field, and the variable that goes before it.
struct ServiceField {
  std::string_view name;
  std::string variable;  // "MATCHRUNNER_SLOTS"
  std::string_view docs;
};
std::vector<ServiceField> service_fields();

// All that is wrong with the file and with the variables, which go before it; others than those of service_fields() are
// not looked at. A secret that stands in the file itself is a fault, and so is a reference that leads nowhere in this
// process, or a URL whose scheme adapters() does not have. `json` empty: there is no file.
std::vector<InputFault> check_service_config(std::string_view json, const Variables& variables);

// `invalid_argument` with every fault in its message, joined by "; ".
Result<ServiceConfig> parse_service_config(std::string_view json, const Variables& variables);

}  // namespace matchrunner
