// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <deque>
#include <fstream>

#include "base/system_error.hpp"
#include "base/wakeup.hpp"
#include "matchrunner/adapters/memory.hpp"

namespace matchrunner {
namespace {

constexpr const char* origin = "memory executor";

int number(std::string_view text, int otherwise) {
  int value = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// What one seat has done so far.
struct ScriptedSeat {
  SeatReport report;
  std::string out;
  std::string err;
  bool hangs = false;
};

Result<void> write_file(const std::string& path, const std::string& content) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << content;
  file.close();
  if (!file) return system_error(errno, "cannot write " + path, origin);
  return {};
}

// Cuts at the limit, as the sandbox does.
Result<void> write_log(const std::string& path, std::string text, std::uint64_t limit, bool& truncated) {
  if (text.size() > limit) {
    text.resize(limit);
    truncated = true;
  }
  return write_file(path, text);
}

class ScriptedRun : public Run {
 public:
  explicit ScriptedRun(const MatchPlan& plan) : plan_(plan), lease_deadline_(plan.lease_deadline) {}

  Result<void> play() {
    for (const bool players : {true, false})
      for (const Seat& seat : plan_.game.seats)
        if ((seat.role == SeatRole::player) == players)
          if (auto played = play(seat); !played) return played;
    for (const Seat& seat : plan_.game.seats) {
      if (seat.role == SeatRole::player || find(seat.name).hangs) continue;
      end(find(seat.name).report.verdict == Verdict::ok ? Verdict::ok : Verdict::killed);
    }
    return {};
  }

  std::vector<SeatEndpoint> endpoints() const override {
    std::vector<SeatEndpoint> all;
    for (const Seat& seat : plan_.game.seats) all.push_back({seat.name, "localhost", 0, 0});
    return all;
  }

  Result<std::optional<RunReport>> poll(const Context& context) override {
    if (reports_.empty()) {
      Context until_lease = context;
      const auto lease_left = std::chrono::ceil<milliseconds>(lease_deadline_ - BootClock::now());
      if (lease_left < context.remaining()) until_lease.deadline = Context::within(lease_left).deadline;
      const auto waited = wait_for({}, until_lease);
      if (!waited) return waited.error();
      if (BootClock::now() >= lease_deadline_)
        return Error{ErrorCode::unavailable, "the lease of its runner ran out", origin};
      return std::optional<RunReport>();
    }
    std::optional<RunReport> report(std::move(reports_.front()));
    reports_.pop_front();
    return report;
  }

  Result<void> stop(milliseconds /*grace*/) override {
    end(Verdict::killed);
    return {};
  }

  Result<void> extend_lease(BootClock::time_point deadline) override {
    lease_deadline_ = deadline;
    return {};
  }

 private:
  ScriptedSeat& find(const std::string& name) {
    return *std::find_if(seats_.begin(), seats_.end(),
                         [&](const ScriptedSeat& seat) { return seat.report.seat == name; });
  }

  void add_report(RunReport::Kind kind, std::string text, SeatReport seat) {
    reports_.push_back({kind, std::move(text), 0, std::move(seat), {}});
  }

  Result<void> play(const Seat& seat) {
    ScriptedSeat& done = seats_.emplace_back();
    done.report.seat = seat.name;
    done.report.verdict = Verdict::ok;
    done.report.exit_code = 0;
    for (const std::string& step : seat.arguments) {
      const std::size_t space = step.find(' ');
      const std::string verb = step.substr(0, space);
      const std::string text = space == std::string::npos ? std::string() : step.substr(space + 1);
      auto obeyed = obey(verb, text, done);
      if (!obeyed) return obeyed;
      if (done.hangs || verb == "exit" || verb == "crash") break;
    }
    const Limits limits = merged(seat.limits, default_limits());
    const std::string logs = plan_.spool_folder + "/logs/" + seat.name;
    const bool wired = plan_.game.wiring == Wiring::stdio && seat.role == SeatRole::player;
    if (!wired)
      if (auto written = write_log(logs + ".stdout", done.out, *limits.output_bytes, done.report.truncated); !written)
        return written;
    if (auto written = write_log(logs + ".stderr", done.err, *limits.output_bytes, done.report.truncated); !written)
      return written;
    if (!done.hangs) add_report(RunReport::Kind::seat_ended, {}, done.report);
    return {};
  }

  Result<void> obey(const std::string& verb, const std::string& text, ScriptedSeat& seat) {
    if (verb == "print") {
      seat.out += text + "\n";
    } else if (verb == "print_error") {
      seat.err += text + "\n";
    } else if (verb == "event") {
      add_report(RunReport::Kind::line, text, {});
    } else if (verb == "result") {
      return write_file(plan_.spool_folder + "/result.json", text);
    } else if (verb == "output") {
      const std::size_t equals = text.find('=');
      return write_file(plan_.spool_folder + "/output/" + text.substr(0, equals),
                        equals == std::string::npos ? std::string() : text.substr(equals + 1));
    } else if (verb == "hang") {
      seat.hangs = true;
    } else if (verb == "exit") {
      seat.report.exit_code = number(text, 0);
      seat.report.verdict = seat.report.exit_code == 0 ? Verdict::ok : Verdict::exited;
    } else if (verb == "crash") {
      seat.report.exit_code.reset();
      seat.report.signal = number(text, SIGSEGV);
      seat.report.verdict = Verdict::crashed;
    } else {
      return Error{ErrorCode::invalid_argument, "seat " + seat.report.seat + ": no step \"" + verb + "\"", origin};
    }
    return {};
  }

  void end(Verdict of_those_left) {
    if (ended_) return;
    ended_ = true;
    for (ScriptedSeat& seat : seats_) {
      if (!seat.hangs) continue;
      seat.report.verdict = of_those_left;
      seat.report.exit_code.reset();
      seat.report.signal = SIGKILL;
      add_report(RunReport::Kind::seat_ended, {}, seat.report);
    }
    add_report(RunReport::Kind::ended, {}, {});
  }

  const MatchPlan plan_;
  BootClock::time_point lease_deadline_;
  std::deque<ScriptedSeat> seats_;
  std::deque<RunReport> reports_;
  bool ended_ = false;
};

class MemoryExecutor : public Executor {
 public:
  ExecutorCapabilities capabilities() const override {
    ExecutorCapabilities can;
    can.wirings = {Wiring::none, Wiring::stdio};
    can.custom = true;
    return can;
  }

  Result<void> prepare(const MatchPlan& plan, const Context& context) override {
    if (plan.game.wiring == Wiring::network)
      return Error{ErrorCode::unsupported, "wiring: expected stdio or none, found network: scripts have no networks",
                   origin};
    for (const Seat& seat : plan.game.seats)
      if (!seat.custom)
        return Error{ErrorCode::unsupported, "seat " + seat.name + ": expected custom, found a command or an image",
                     origin};
    return context.check();
  }

  Result<std::unique_ptr<Run>> start(const MatchPlan& plan, const Context& context) override {
    if (auto live = context.check(); !live) return live.error();
    auto run = std::make_unique<ScriptedRun>(plan);
    if (auto played = run->play(); !played) return played.error();
    return std::unique_ptr<Run>(std::move(run));
  }

  Result<std::unique_ptr<Run>> adopt(const MatchPlan& plan, const Context&) override {
    return Error{ErrorCode::not_found, "no run of match " + plan.match_id + " outlives its runner here", origin};
  }
};

}  // namespace

std::shared_ptr<Executor> make_memory_executor() { return std::make_shared<MemoryExecutor>(); }

}  // namespace matchrunner
