// SPDX-License-Identifier: Apache-2.0
// What a container of a seat is asked to be: its name, labels, environment, limits and walls. Pure functions.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "adapters/docker/json_parts.hpp"
#include "matchrunner/adapters/docker.hpp"

namespace matchrunner::docker {

// As a seat finds them. One volume holds all three: what lies in it can still be fetched when the seat has ended.
inline constexpr const char* volume_folder = "/matchrunner";
inline constexpr const char* home_folder = "/matchrunner/seat";
inline constexpr const char* kept_folder = "/matchrunner/kept";  // has output/ and result/
inline constexpr const char* result_file = "result.json";

// Of every container, volume and network, so that whoever comes later knows whose it is.
inline constexpr const char* match_label = "matchrunner.match";
inline constexpr const char* unique_id_label = "matchrunner.unique_id";
inline constexpr const char* epoch_label = "matchrunner.epoch";
inline constexpr const char* seat_label = "matchrunner.seat";    // not of a network
inline constexpr const char* host_label = "matchrunner.host";    // this_host() of the runner
inline constexpr const char* spool_label = "matchrunner.spool";  // the run's folder there, percent-encoded

struct User {
  std::uint32_t uid = 65534;
  std::uint32_t gid = 65534;
};
// Of "UID:GID"; nothing: no such form, or root.
std::optional<User> read_user(const std::string& text);

// A name that no other host has, as far as that can be told.
std::string this_host();

// One for each run, and for each seat of it: a second start of the same run finds its name taken.
std::string run_name(const MatchPlan& plan);
std::string container_name(const MatchPlan& plan, const Seat& seat);

// Of a container's name, "/" before it or not: the epoch of who has it; 0: it is none of ours.
std::uint64_t owner_epoch(std::string_view name, const std::string& unique_id);

// So much of its output an engine keeps, for whoever adopts it. In two files of that size: where something was thrown
// away, one of them is full.
std::uint64_t log_bytes(const Limits& limits);

Json run_labels(const MatchPlan& plan);

bool needs_volume(const Seat& seat);

// What a seat of a network has besides.
struct Joined {
  std::string network;                           // empty: none
  std::map<std::string, std::string> variables;  // addresses of others
};

// `invalid_argument`, `unsupported`: the seat asks for what no container here may have; the message names the field.
Result<void> check_seat(const MatchPlan& plan, const Seat& seat);

// Body of POST /containers/create.
std::string container_body(const MatchPlan& plan, const Seat& seat, const std::string& image,
                           const DockerOptions& options, const Joined& joined);

}  // namespace matchrunner::docker
