// SPDX-License-Identifier: Apache-2.0
#include "codec/told_of_run.hpp"

#include "catch.hpp"

using namespace matchrunner;

namespace {

Event told_event(const std::string& type, const std::string& body = "{}") {
  Event event;
  event.kind = "match";
  event.type = type;
  event.body = body;
  return event;
}

}  // namespace

TEST_CASE("lines and ends of the last run are counted, and none of an earlier one") {
  ToldOfRun told;
  for (const char* type : {"submit", "claim", "prepared", "started", "progress", "lapse", "claim"})
    told.add(told_event(type));
  CHECK(told.lines == 1);
  told.add(told_event("prepared"));
  CHECK(told.lines == 0);
  told.add(told_event("started"));
  told.add(told_event("progress", R"({"type": "started"})"));
  told.add(told_event("bad_line", R"({"error": "no type"})"));
  told.add(told_event("dropped", R"({"lines": 7})"));
  told.add(told_event("seat_ended", R"({"name": "white", "verdict": "ok"})"));
  told.add(told_event("stop_requested"));
  for (const char* type : {"lapse", "claim", "adopted"}) told.add(told_event(type));
  told.add(told_event("score"));
  CHECK(told.lines == 10);
  CHECK(told.seats == std::vector<std::string>{"white"});
}
