// SPDX-License-Identifier: Apache-2.0
#include "adapters/docker/seat_container.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <csignal>
#include <stop_token>

#include "adapters/docker/failure.hpp"
#include "adapters/docker/image_pull.hpp"
#include "adapters/docker/json_parts.hpp"
#include "adapters/docker/kept_files.hpp"
#include "adapters/docker/kernel_kills.hpp"
#include "adapters/docker/leftovers.hpp"
#include "adapters/docker/listening.hpp"
#include "adapters/docker/readiness.hpp"
#include "adapters/docker/saved_log.hpp"
#include "adapters/docker/seat_archive.hpp"
#include "base/wakeup.hpp"
#include "domain/seat_verdict.hpp"

namespace matchrunner::docker {
namespace {

constexpr std::chrono::seconds longest_call{10};
constexpr std::chrono::seconds longest_making{30};
constexpr int code_of_signals = 128;  // PID 1 of the container tells a signal so, as shells do
constexpr int last_signal = 64;
constexpr double nanoseconds_per_second = 1e9;

// Why a seat ends with the others, or by itself: what it takes is seen again by who adopts the run.
constexpr std::array ends_of_all{EndedBy::itself, EndedBy::stop, EndedBy::referee_done, EndedBy::referee_failed};

}  // namespace

SeatContainer::SeatContainer(std::shared_ptr<Engine> engine, const MatchPlan& plan, const Seat& seat)
    : engine_(std::move(engine)),
      plan_(plan),
      seat_(seat),
      limits_(merged(seat.limits, default_limits())),
      name_(container_name(plan, seat)) {}

Result<void> SeatContainer::create(const DockerOptions& options, PreparedImages& prepared, const Joined& joined,
                                   const Context& context) {
  const std::string& image = *seat_.image;
  if (auto going = context.check(); !going) return going;
  std::string of_ours = seat_.role == SeatRole::player ? std::string() : prepared.of(image);
  auto made = create(of_ours.empty() ? image : of_ours, options, joined);
  if (!made && made.error().code == ErrorCode::not_found && !of_ours.empty()) {
    prepared.forget(image);
    of_ours.clear();
    made = create(image, options, joined);
  }
  if (!made && made.error().code == ErrorCode::conflict)
    return Error{ErrorCode::conflict, "this match and epoch is running already", origin};
  if (!made) return std::move(made).error();
  id_ = text_at(object_from(made->body), "Id");
  if (id_.empty()) return Error{ErrorCode::corrupt_data, what() + ": the engine made a container of no id", origin};
  const bool has_folders = !of_ours.empty();
  const bool has_all = has_folders && seat_.files.empty() && !seat_.working_folder;
  return has_all || !needs_volume(seat_) ? Result<void>() : send_files(has_folders, options, context);
}

// Not to be cut short: the engine would make it all the same, and nobody would know its id.
Result<http::Answer> SeatContainer::create(const std::string& image, const DockerOptions& options,
                                           const Joined& joined) {
  const std::string body = container_body(plan_, seat_, image, options, joined);
  return engine_->call(engine_->json_request("POST", "/containers/create?name=" + name_, body), what(),
                       Context::within(longest_making));
}

Result<void> SeatContainer::send_files(bool is_prepared, const DockerOptions& options, const Context& context) {
  auto packed = pack_seat(plan_, seat_, is_prepared, read_user(options.user).value_or(User()), context);
  if (!packed) return std::move(packed).error();
  const auto bytes = packed->bytes();
  if (!bytes) return bytes.error();
  auto put = engine_->request("PUT", path("/archive?path=" + escaped(volume_folder)));
  put.headers = {{"Content-Type", "application/x-tar"}};
  put.body = *bytes;
  auto answer = engine_->call(std::move(put), what() + ": its files", context);
  return answer ? Result<void>() : Result<void>(std::move(answer).error());
}

Result<void> SeatContainer::start(http::Session& streams, std::function<void()> on_event, const OnOther& on_other,
                                  const Context& context) {
  streams_ = &streams;
  on_event_ = std::move(on_event);
  if (auto attached = attach(on_other, context); !attached) return attached;
  kernel_kills_ = out_of_memory_kills();
  if (auto answer = engine_->call(engine_->request("POST", path("/start")), what(), context); !answer)
    return std::move(answer).error();
  started_ = facts_.started = true;
  started_at_ = Clock::now();
  set_wall_deadline();
  wait_for_end();
  follow_output();
  return {};
}

Result<void> SeatContainer::adopt(const FoundSeat& found, bool by_itself, http::Session& streams,
                                  std::function<void()> on_event) {
  id_ = found.id;
  const bool decides = seat_.role != SeatRole::player;
  auto output =
      SeatOutput::reopen(plan_.spool_folder, seat_.name, *limits_.output_bytes, decides, plan_.lines_told, found.age);
  if (!output) return std::move(output).error();
  output_ = *std::move(output);
  started_ = facts_.started = true;
  started_at_ = Clock::now() - found.age;
  set_wall_deadline();
  facts_.ended_by = found.ended_by;
  was_over_ = !found.runs;
  by_itself_ = by_itself;
  if (was_over_) {
    lifetime_ = found.lifetime;
    killed_ = found.ended_by != EndedBy::itself && found.exit_code == code_of_signals + SIGKILL;
  }
  streams_ = &streams;
  on_event_ = std::move(on_event);
  read_log(Reading::follows);
  wait_for_end();
  if (!was_over_) follow_output();
  if (was_over_ || std::find(ends_of_all.begin(), ends_of_all.end(), found.ended_by) != ends_of_all.end()) return {};
  return kill(found.ended_by);  // who was to do that may have died before
}

void SeatContainer::follow_output() {
  if (plan_.follow_output && seat_.role != SeatRole::player)
    followed_output_ = std::make_unique<FollowedOutput>(*engine_, path(""), plan_, seat_, *streams_);
}

void SeatContainer::wait_for_end() {
  auto request = engine_->request("POST", path("/wait"));
  request.may_be_silent = true;
  wait_ = streams_->start(std::move(request));
}

void SeatContainer::set_wall_deadline() {
  const double wall = *limits_.wall_seconds;
  constexpr double longest = 1e8;
  if (wall < longest) wall_deadline_ = started_at_ + milliseconds(std::llround(std::ceil(wall * 1000)));
}

Result<std::string> SeatContainer::find_address(const std::string& network, const Context& context) {
  const auto state = engine_->call(engine_->request("GET", path("/json")), what(), context);
  if (!state) return state.error();
  const Json json = object_from(state->body);
  pid_ = static_cast<std::int64_t>(number_at(json, "/State/Pid"));
  const Json::json_pointer networks("/NetworkSettings/Networks");
  const Json* const its = json.contains(networks) ? part_of(json[networks], network.c_str()) : nullptr;
  return its == nullptr ? std::string() : text_at(*its, "IPAddress");
}

Result<bool> SeatContainer::look_if_ready(const Context& context) {
  if (!seat_.ready) return true;
  const Readiness& ready = *seat_.ready;
  if (ready.log) return output_->found();
  if (ready.port) {
    const auto listening = listens(pid_, id_, *ready.port);
    if (listening) return *listening;
    if (auto again = find_address({}, context); !again) return std::move(again).error();
    if (pid_ == 0) return false;  // it has ended, or is about to
    return Error{listening.error().code, what() + ": ready.port: expected log or health: " + listening.error().message,
                 origin};
  }
  if (!health_check_) {
    const auto image = look_up_image(*engine_, *seat_.image, context);
    if (!image) return image.error();
    health_check_ = health_check_of(*image).value_or(std::vector<std::string>());
  }
  return passes(*engine_, id_, *health_check_, context);
}

Result<bool> SeatContainer::take(const http::Session::Done& done) {
  if (look_ == done.id) {
    look_.reset();
    if (auto looked = take_look(done.answer); !looked) return std::move(looked).error();
    return true;
  }
  if (followed_output_ && followed_output_->take(done)) return true;
  const bool is_attach = attach_ == done.id;
  if (!is_attach && wait_ != done.id) return false;
  (is_attach ? attach_ : wait_).reset();
  if (done.answer && done.answer->status / 100 != 2) return failure_of(*done.answer, what());
  if (is_attach) {
    if (auto taken = take_end_of_output(done.answer); !taken) return std::move(taken).error();
    return true;
  }
  followed_output_.reset();
  ended_at_ = Clock::now();
  if (!done.answer) return lost(done.answer.error());
  end_output();
  return true;
}

Error SeatContainer::lost(const Error& error) const {
  return {error.code, what() + ": the connection to " + engine_->address().shown + " is lost: " + error.message,
          origin};
}

// Noted before it is done: who adopts the seat has to know.
void SeatContainer::note_reason(EndedBy reason) {
  if (facts_.ended_by != EndedBy::itself || (was_over_ && by_itself_)) return;
  facts_.ended_by = reason;
  if (!was_over_) note_ended_by(plan_, seat_.name, reason);
}

Result<void> SeatContainer::signal(const char* name) {
  if (was_over_) return {};
  followed_output_.reset();  // the engine would pack first
  auto sent = engine_->call(engine_->request("POST", path(std::string("/kill?signal=") + name)), what(),
                            Context::within(longest_call));
  const bool has_ended =
      !sent && (sent.error().code == ErrorCode::conflict || sent.error().code == ErrorCode::not_found);
  if (!sent && !has_ended) return std::move(sent).error();
  return {};
}

Result<void> SeatContainer::ask_to_end(EndedBy reason) {
  if (ended_with_decider()) note_reason(reason);
  if (!wait_ || asked_) return {};
  asked_ = true;
  note_reason(reason);
  return signal("SIGTERM");
}

Result<void> SeatContainer::kill(EndedBy reason) {
  if (ended_with_decider()) note_reason(reason);
  if (!wait_ || killed_) return {};
  killed_ = true;
  note_reason(reason);
  return signal("SIGKILL");
}

Result<void> SeatContainer::look() {
  if (!wait_) return {};
  look_if_cut_off();
  if (output_->truncated() && seat_.on_output_limit == OnOutputLimit::kill) return kill(EndedBy::output_limit);
  const auto now = Clock::now();
  if (look_ && now >= look_until_)
    return Error{ErrorCode::timeout,
                 what() + ": " + engine_->address().shown + " has not said for " +
                     std::to_string(longest_call.count()) + " s what it uses",
                 origin};
  if (look_) return {};
  look_ = streams_->start(engine_->request("GET", path("/stats?stream=false&one-shot=true")));
  look_until_ = now + longest_call;
  return {};
}

Result<void> SeatContainer::take_look(const Result<http::Answer>& answer) {
  if (!wait_) return {};
  if (!answer) return lost(answer.error());
  constexpr int no_container = 404;
  if (answer->status == no_container) return {};  // its end is on its way
  if (answer->status / 100 != 2) return failure_of(*answer, what());
  const Json stats = object_from(answer->body);
  facts_.cpu_nanoseconds = std::max(facts_.cpu_nanoseconds, number_at(stats, "/cpu_stats/cpu_usage/total_usage"));
  facts_.peak_memory_bytes = std::max(
      {facts_.peak_memory_bytes, number_at(stats, "/memory_stats/max_usage"), number_at(stats, "/memory_stats/usage")});
  const std::uint64_t processes = number_at(stats, "/pids_stats/current");
  if (processes > 1) facts_.processes = std::max(facts_.processes, static_cast<std::uint32_t>(processes - 1));
  if (static_cast<double>(facts_.cpu_nanoseconds) > *limits_.cpu_seconds * nanoseconds_per_second)
    return kill(EndedBy::cpu_limit);
  return {};
}

Result<void> SeatContainer::judge_state(const Json& container) {
  const Json* const state = part_of(container, "State");
  const Json* const exit_code = state == nullptr ? nullptr : part_of(*state, "ExitCode");
  if (exit_code == nullptr || !exit_code->is_number_integer())
    return Error{ErrorCode::corrupt_data, what() + ": the engine does not say how it ended", origin};
  const int code = exit_code->get<int>();
  const bool by_signal = code > code_of_signals && code <= code_of_signals + last_signal;
  constexpr int exit_code_shift = 8;
  facts_.wait_status = by_signal ? code - code_of_signals : code << exit_code_shift;
  facts_.exited_itself = !killed_ || !by_signal;
  if (flag_at(*state, "OOMKilled")) facts_.out_of_memory_kills = 1;
  facts_.wall_nanoseconds = static_cast<std::uint64_t>(std::chrono::nanoseconds(ended_at_ - started_at_).count());
  if (lifetime_) facts_.wall_nanoseconds = static_cast<std::uint64_t>(lifetime_->count());
  facts_.truncated = output_->truncated();
  facts_.output_bytes = output_->bytes();
  return {};
}

// An engine hears of an out-of-memory kill and of the end on two ways, which may come in either order. Worth waiting
// for is what the kernel has counted, though perhaps in another container; that of an engine elsewhere cannot be asked.
bool SeatContainer::may_yet_tell_of_kill(const Json& container) const {
  const Json* const state = part_of(container, "State");
  if (state == nullptr || killed_ || was_over_ || facts_.out_of_memory_kills > 0 || flag_at(*state, "OOMKilled"))
    return false;
  return number_at(*state, "/ExitCode") == code_of_signals + SIGKILL || out_of_memory_kills() != kernel_kills_;
}

Result<Json> SeatContainer::look_at_end(const Context& context) {
  constexpr std::chrono::seconds latest{3};    // of all seats that have ended together
  constexpr std::chrono::seconds at_least{1};  // of each, however late it is looked at
  constexpr milliseconds between{100};
  if (out_of_memory_kills() != kernel_kills_ && was_killed_out_of_memory(id_)) facts_.out_of_memory_kills = 1;
  const auto give_up = std::max(ended_at_ + latest, Clock::now() + at_least);
  while (true) {
    const auto state = engine_->call(engine_->request("GET", path("/json")), what(), context);
    if (!state) return state.error();
    Json container = object_from(state->body);
    if (Clock::now() >= give_up || !may_yet_tell_of_kill(container)) return container;
    if (auto waited = wait_for({}, Context::within(between)); !waited) return std::move(waited).error();
  }
}

Result<SeatReport> SeatContainer::collect(const Context& context) {
  const auto looked = look_at_end(context);
  if (!looked) return looked.error();
  const Json& container = *looked;
  if (auto judged = judge_state(container); !judged) return judged.error();
  SeatReport report = judge_seat(seat_.name, limits_, facts_);
  if (seat_.role == SeatRole::player) return report;
  const Json* const config = part_of(container, "Config");
  const bool is_prepared = config != nullptr && !label_of(*config, prepared_label).empty();
  if (auto fetched = fetch_kept(is_prepared, report, context); !fetched) return fetched.error();
  return report;
}

Result<void> SeatContainer::fetch_kept(bool is_prepared, SeatReport& report, const Context& context) {
  const auto unpacked = docker::fetch_kept(*engine_, path(""), is_prepared, plan_, seat_, context);
  if (!unpacked) return unpacked.error();
  if (unpacked->dropped > 0) add_artifacts_beyond_limit(limits_, unpacked->bytes, report);
  if (unpacked->surplus > 0) add_files_beyond_limit(report);
  return {};
}

Result<void> SeatContainer::save_log(const Context& context) {
  followed_output_.reset();
  const bool has_more = output_ && !log_is_whole_;
  return has_more ? docker::save_log(*engine_, plan_, seat_, name_, context) : Result<void>();
}

Result<void> SeatContainer::remove(const Context& context) {
  if (id_.empty()) return {};
  followed_output_.reset();
  auto removed = engine_->call(engine_->request("DELETE", path("?force=1&v=1")), what(), context);
  if (!removed && removed.error().code != ErrorCode::not_found) return std::move(removed).error();
  id_.clear();
  return {};
}

void SeatContainer::leave_to(Removals& removals) {
  if (!id_.empty()) removals.start(path("?force=1&v=1"));
  id_.clear();
}

}  // namespace matchrunner::docker
