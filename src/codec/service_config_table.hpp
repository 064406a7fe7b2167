// SPDX-License-Identifier: Apache-2.0
// The fields of a service's configuration. docs/service.md is printed from this page.
#pragma once

#include "codec/match_file_table.hpp"
#include "matchrunner/service_config.hpp"

namespace matchrunner::codec {

inline constexpr auto log_format_words = texts_of(log_formats);
inline constexpr auto log_level_words = texts_of(log_levels);

template <>
struct Words<LogFormat> {
  static constexpr const auto& names = log_formats;
};
template <>
struct Words<LogLevel> {
  static constexpr const auto& names = log_levels;
};

template <>
struct Table<ServiceConfig> {
  static constexpr std::string_view name = "service";
  static constexpr auto rows = std::tuple{
      row("store", &ServiceConfig::store, url_shape,
          "URL of where matches are kept; default of `serve`: matchrunner.db in the data folder"),
      row("artifacts", &ServiceConfig::artifacts, url_shape,
          "URL of where logs and results are kept; default of `serve`: artifacts/ in the data folder"),
      row("executor", &ServiceConfig::executor, url_shape,
          "URL of what runs the seats, or several with spaces between them: each match gets the first that can run it; "
          "default of `serve`: the sandbox"),
      row("spool", &ServiceConfig::spool, path_shape,
          "the folder for the files of matches under way; default of `serve`: spool/ in the data folder, for root in "
          "/var/lib/matchrunner"),
      row("sources", &ServiceConfig::sources, list_of(url_shape, 0, 64), "URLs that commands come from"),
      row("sinks", &ServiceConfig::sinks, map_of(id_form, url_shape, 64),
          "URLs that events go to, by the name under which the store keeps how far each has come"),
      row("streams", &ServiceConfig::streams, targets_shape,
          "URLs that artifacts go to while they grow, by a pattern of their names"),
      row("targets", &ServiceConfig::targets, list_of(url_shape, 0, 64),
          "URLs, with `*` for anything, that matches may name in their `storage` and `streams`; default: none"),
      row("host_paths", &ServiceConfig::host_paths, list_of(path_shape, 0, 64),
          "folders and files of this host that matches which commands bring may name in `source` and `read_only`; "
          "default: none"),
      row("pool", &ServiceConfig::pool, id_shape, "the limit that matches count against; default `default`"),
      row("slots", &ServiceConfig::slots, whole(0, 1000),
          "matches at once, over all processes on the store; 0, the default: as stored, else one for each core"),
      row("workers", &ServiceConfig::workers, whole(0, 1000),
          "matches at once in this process; 0, the default: as many as slots"),
      row("backlog", &ServiceConfig::backlog, whole(0, 1'000'000),
          "matches beyond the slots that commands may bring into the store; the rest waits at their source; default 0"),
      row("return_queued", &ServiceConfig::return_queued, boolean_shape,
          "when it is told to stop, matches that commands brought and that are still queued go back to their source, "
          "for other runners; false: they stay in the store; default true"),
      row("name", &ServiceConfig::name, text(1, 128, line_form),
          "of this runner, that no other on the store has; default: host, process and a random part"),
      row("lease_seconds", &ServiceConfig::lease_seconds, Shape{.kind = Kind::number, .minimum = 0.5, .maximum = 3600},
          "how long it may be silent before others take up its matches; default 15"),
      row("collect_seconds", &ServiceConfig::collect_seconds, grace_shape,
          "for storing the artifacts of a match before they follow later; default 10"),
      row("grace_seconds", &ServiceConfig::grace_seconds, Shape{.kind = Kind::number, .maximum = max_seconds},
          "that matches under way get to end when it is told to stop; default 60"),
      row("healthy_seconds", &ServiceConfig::healthy_seconds,
          Shape{.kind = Kind::number, .minimum = 1, .maximum = 3600},
          "that a look at the store may take until `/healthz` says that it hangs; default 90"),
      row("keep_days", &ServiceConfig::keep_days, Shape{.kind = Kind::number, .maximum = max_keep_days},
          "after which a match that has ended is forgotten, with its artifacts and journal entries that no sink needs; "
          "0, "
          "the default: never"),
      row("http", &ServiceConfig::http, text(1, 255, listening_place_form),
          "HOST:PORT of its pages, off: none; default 127.0.0.1:9377"),
      row("log_format", &ServiceConfig::log_format, one_of(log_format_words), "default text"),
      row("log_level", &ServiceConfig::log_level, one_of(log_level_words), "no lines below it; default info"),
  };
};

}  // namespace matchrunner::codec
