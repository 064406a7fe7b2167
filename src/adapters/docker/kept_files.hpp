// SPDX-License-Identifier: Apache-2.0
// What a seat that decides the match has left in its container, fetched into the spool when it has ended. One thread.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "adapters/docker/engine.hpp"
#include "adapters/docker/seat_archive.hpp"
#include "matchrunner/domain/match_plan.hpp"

namespace matchrunner::docker {

// An output folder that nobody has written into was last changed then, if its image was prepared. Whatever is made,
// renamed or removed in it changes that, and so does every copy of another folder's time, as no folder has this one.
// Only who sets it back on purpose hides what is there.
inline constexpr std::chrono::seconds untouched_since{431510483};  // 1983-09-04 08:01:23

// For all that is there, as an archive. Without a sink.
http::Request kept_request(const Engine& engine, const std::string& path);

// Takes it, as much as a seat of these limits may leave. `archive` lives until the request is done.
std::function<Result<http::Request::Taken>(const http::Answer&, ByteView)> into(Archive& archive, const Limits& limits);

// `path`: of the container. `may_be_untouched`: its image was prepared, so that it is worth a look whether there is
// anything; an engine answers that ten times faster than it packs nothing.
Result<Unpacked> fetch_kept(Engine& engine, const std::string& path, bool may_be_untouched, const MatchPlan& plan,
                            const Seat& seat, const Context& context);

}  // namespace matchrunner::docker
