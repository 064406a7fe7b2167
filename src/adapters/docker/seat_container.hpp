// SPDX-License-Identifier: Apache-2.0
// SeatContainer: the container of one seat, from its making to its removal. It is removed when its logs are on disk, or
// by whoever has this object. One thread; its streams run in the session of its run.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/docker/container.hpp"
#include "adapters/docker/earlier_run.hpp"
#include "adapters/docker/engine.hpp"
#include "adapters/docker/followed_output.hpp"
#include "adapters/docker/prepared_image.hpp"
#include "adapters/docker/removals.hpp"
#include "adapters/docker/seat_output.hpp"
#include "domain/seat_facts.hpp"
#include "matchrunner/domain/match_plan.hpp"

namespace matchrunner::docker {

class SeatContainer {
 public:
  using Clock = std::chrono::steady_clock;

  SeatContainer(std::shared_ptr<Engine> engine, const MatchPlan& plan, const Seat& seat);
  SeatContainer(const SeatContainer&) = delete;
  SeatContainer& operator=(const SeatContainer&) = delete;

  // With everything in it that its program finds. `conflict`: this run has one already.
  Result<void> create(const DockerOptions& options, PreparedImages& prepared, const Joined& joined,
                      const Context& context);

  // Attaches first, so that no byte of its output is missed. `on_event`: there is one in events() now, or its log has
  // the text that makes it ready. `on_other`: what was done meanwhile of the session's other streams.
  using OnOther = std::function<Result<void>(const http::Session::Done& done)>;
  Result<void> start(http::Session& streams, std::function<void()> on_event, const OnOther& on_other,
                     const Context& context);

  // Goes on with one of an earlier run, which is this run's now. All of its output comes again, out of the engine's
  // log; `lines_told` of its events are left out. `by_itself`: if it has ended, that was before the match was decided.
  Result<void> adopt(const FoundSeat& found, bool by_itself, http::Session& streams, std::function<void()> on_event);

  // Where it is in the network, once it has been started; empty: nowhere.
  Result<std::string> find_address(const std::string& network, const Context& context);
  // Whether it is ready, in the way that its `ready` names.
  Result<bool> look_if_ready(const Context& context);
  const std::string& id() const { return id_; }

  // What became of one of its streams or looks; false: it is none of its. An error: the run is lost.
  Result<bool> take(const http::Session::Done& done);

  // Both streams are at their end: its program has ended, and its logs are complete.
  bool ended() const { return started_ && !attach_ && !wait_; }
  // It was adopted, and had ended after or with who decides the match: what that was like says why.
  bool ended_with_decider() const { return was_over_ && !by_itself_; }
  // Nothing waits for it any more; what its logs still lacked is the engine's.
  bool overdue(Clock::time_point now) const {
    return !wait_ && attach_ && reading_ != Reading::rest && now >= std::max(ended_at_, last_part_at_) + longest_rest;
  }
  void let_go();
  // What is read is the engine's log, which may have thrown away what came first.
  bool has_outgrown_its_log() const { return reading_ != Reading::attached && outgrew_log(); }

  // Signals are sent once each; to one that has ended they are nothing.
  Result<void> ask_to_end(EndedBy reason);
  Result<void> kill(EndedBy reason);

  // Begins to look at what it uses, unless it does; the engine takes up to a second for each answer. take() ends the
  // seat when that is too much. `timeout`: a look has had no answer for too long.
  Result<void> look();
  // For so long its caller was busy with something else: the engine may have answered all the same.
  void wait_longer(Clock::duration busy) { look_until_ += busy; }
  bool is_started() const { return started_; }
  Clock::time_point started_at() const { return started_at_; }
  // When it is to be killed for its time; nothing: never, or it has been.
  std::optional<Clock::time_point> wall_deadline() const { return wait_ && !killed_ ? wall_deadline_ : std::nullopt; }
  const std::string& log_failure() const { return log_failure_; }  // empty: its logs could be written

  // What it has left so far is copied into the spool when it is time, where the plan wants that. Not before all seats
  // have started: until then more is asked of its container.
  void look_at_output() {
    if (wait_ && followed_output_) followed_output_->look();
  }

  // Once it has ended: how, and what it left, which goes into the spool.
  Result<SeatReport> collect(const Context& context);
  // Before it is removed without having been read to its end: saved_log.hpp.
  Result<void> save_log(const Context& context);
  Result<void> remove(const Context& context);
  void leave_to(Removals& removals);

  EventLines& events() { return output_->events(); }

 private:
  static constexpr std::chrono::seconds longest_rest{10};

  // Where its output is read: seat_reading.cpp.
  enum class Reading : unsigned char { attached, follows, rest };

  // By its name, which is this run's only as long as nobody else has taken it over.
  std::string path(const std::string& below) const { return "/containers/" + name_ + below; }
  std::string what() const { return "seat " + seat_.name; }
  Error lost(const Error& error) const;
  void wait_for_end();
  void follow_output();

  // seat_reading.cpp
  bool outgrew_log() const { return output_->logged_at_most() > log_bytes(limits_); }
  Result<void> attach(const OnOther& on_other, const Context& context);
  http::Request output_request(const std::string& path);
  void read_log(Reading reading);
  void look_if_cut_off();
  Result<void> take_end_of_output(const Result<http::Answer>& answer);
  void end_output();

  void set_wall_deadline();
  void note_reason(EndedBy reason);
  Result<void> take_look(const Result<http::Answer>& answer);
  Result<void> signal(const char* name);
  Result<http::Answer> create(const std::string& image, const DockerOptions& options, const Joined& joined);
  Result<void> send_files(bool is_prepared, const DockerOptions& options, const Context& context);
  Result<void> fetch_kept(bool is_prepared, SeatReport& report, const Context& context);
  bool may_yet_tell_of_kill(const Json& container) const;
  Result<Json> look_at_end(const Context& context);
  Result<void> judge_state(const Json& container);

  const std::shared_ptr<Engine> engine_;
  const MatchPlan& plan_;
  const Seat& seat_;
  const Limits limits_;
  const std::string name_;
  std::string id_;  // empty: it is not made
  std::optional<SeatOutput> output_;
  std::optional<http::Session::Id> attach_;
  std::optional<http::Session::Id> wait_;
  std::optional<http::Session::Id> look_;
  std::unique_ptr<FollowedOutput> followed_output_;  // nothing: nobody wants that, or it is about to end
  Clock::time_point look_until_{};
  std::int64_t pid_ = 0;  // of its first process, on the engine's host
  std::optional<std::vector<std::string>> health_check_;
  bool started_ = false;
  bool asked_ = false;
  bool killed_ = false;
  std::string log_failure_;
  http::Session* streams_ = nullptr;  // of its run
  std::function<void()> on_event_;
  Reading reading_ = Reading::attached;
  int reads_ = 0;  // of its output, so far
  Clock::time_point output_ended_at_{};
  Clock::time_point last_part_at_{};
  bool log_is_whole_ = false;
  bool was_over_ = false;   // it had ended before it was adopted
  bool by_itself_ = false;  // ... while the match was not decided
  std::optional<std::chrono::nanoseconds> lifetime_;
  std::optional<Clock::time_point> wall_deadline_;
  Clock::time_point started_at_{};
  Clock::time_point ended_at_{};
  std::uint64_t kernel_kills_ = 0;  // out of memory, on this host, before it was started; 0: by an earlier run
  SeatFacts facts_;
};

}  // namespace matchrunner::docker
