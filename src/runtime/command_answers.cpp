// SPDX-License-Identifier: Apache-2.0
#include "runtime/command_answers.hpp"

#include <string_view>
#include <utility>

#include "base/percent.hpp"
#include "base/places.hpp"
#include "codec/host_paths.hpp"

namespace matchrunner {
namespace {

// What older clients wait for; the rest of the answer says it in full.
struct Phrase {
  ErrorCode code;
  std::string_view message;
};
constexpr Phrase phrases[] = {
    {ErrorCode::invalid_argument, "format incorrect"},
    {ErrorCode::already_exists, "already running"},
};

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;  // clang 14 does not find it by itself

Context patience() { return Context::within(store_patience); }

Answer about(const Match& match, const std::string& what) {
  Answer answer;
  answer.message = "match " + match.id + " is " + what;
  answer.match = match.id;
  answer.state = to_string(match.state);
  return answer;
}

Answer state_of(const Match& match) { return about(match, std::string(to_string(match.state))); }

Event command_event(const Command& command, const char* type, std::string body) {
  Event event;
  event.kind = "command";
  event.subject = command.delivery;
  event.type = type;
  event.body = std::move(body);
  return event;
}

}  // namespace

Result<Answer> CommandAnswers::obey(const CommandBody& body, const Command& command, Batch& batch) {
  return std::visit(Overloaded{
                        [&](const RunCommand& asked) { return run(asked, command, batch); },
                        [&](const StopCommand& asked) { return stop(asked); },
                        [&](const StatusCommand& asked) -> Result<Answer> {
                          const auto match = state_.ledger.get(asked.match, patience());
                          if (!match) return match.error();
                          return state_of(match->match);
                        },
                        [&](const ScoreCommand& asked) { return score(asked); },
                        [](const PingCommand&) -> Result<Answer> {
                          Answer answer;
                          answer.message = "Pong";
                          return answer;
                        },
                        [&](const ShutdownCommand&) -> Result<Answer> { return shut_down(command, batch); },
                        [](const IncompleteCommand& asked) -> Result<Answer> {
                          Answer answer;
                          answer.message = "format incorrect";
                          answer.missing = asked.missing;
                          return answer;
                        },
                    },
                    body);
}

// What comes over the wire may take nothing from this host but from where its operator permits it, and may have secrets
// only where the store keeps none as it is. Of targets that is seen to with all else of them.
Result<void> CommandAnswers::admit(const MatchRequest& request) const {
  if (const auto taken = codec::taken_paths(request); !taken.empty()) {
    const Places permitted(state_.options.host_paths);
    for (const auto& [field, path] : taken)
      if (!permitted.hold(path))
        return Error{ErrorCode::permission_denied,
                     field + ": expected a path in `host_paths` of the runner, found " + without_controls(path)};
  }
  if (state_.ledger.keys().present()) return {};
  for (std::size_t i = 0; i < request.seats.size(); ++i)
    if (!request.seats[i].secrets.empty())
      return Error{ErrorCode::unsupported, "seats[" + std::to_string(i) + "].secrets: expected none, as " +
                                               secret_key_variable + " of the runner is not set, found " +
                                               std::to_string(request.seats[i].secrets.size())};
  return {};
}

Result<Answer> CommandAnswers::run(const RunCommand& run, const Command& command, Batch& batch) {
  auto admitted = admit(run.request);
  if (admitted) admitted = admit_targets(state_, run.request);
  if (!admitted) {
    const Error& error = admitted.error();
    const bool away = error.code == ErrorCode::unavailable || error.code == ErrorCode::timeout;
    Answer answer;  // an error would be taken for one of the store, and tried again
    answer.error = "data." + error.message;
    answer.message = away ? "unreachable" : answer.error;
    return answer;
  }
  auto planned = state_.ledger.plan_submit(run.request, patience(),
                                           {command.reply_to, command.correlation_id, run.older, origin_});
  if (!planned) return planned.error();
  for (Write& write : planned->batch.writes) batch.writes.push_back(std::move(write));
  for (Event& event : planned->batch.events) batch.events.push_back(std::move(event));
  return state_of(planned->match);
}

Result<Answer> CommandAnswers::stop(const StopCommand& stop) {
  const auto match = state_.ledger.request_stop(stop.match, stop.reason, patience());
  if (!match) return match.error();
  if (const auto lease = state_.leases.find({"match", stop.match})) lease->raise(Signal::stop_requested);
  return about(*match, "being stopped");
}

Result<Answer> CommandAnswers::score(const ScoreCommand& score) {
  const auto match = state_.ledger.get(score.match, patience());
  if (!match) return match.error();
  Answer answer = state_of(match->match);
  if (match->match.outcome) answer.scores = scores_text(*match->match.outcome);
  if (!answer.scores.empty()) return answer;
  const auto told = last_score(score.match);
  if (!told) return told.error();
  answer.scores = *told;
  return answer;
}

// What its program told last; empty: nothing.
Result<std::string> CommandAnswers::last_score(const std::string& match) {
  std::string scores;
  EventQuery query;
  query.kind = "match";
  query.subject = match;
  while (true) {
    const auto page = state_.options.store->events(query, patience());
    if (!page) return page.error();
    for (const Event& event : page->events)
      if (event.type == "score") scores = scores_text(event);
    if (page->next_after == query.after) return scores;
    query.after = page->next_after;
  }
}

// Who owns the runner hears of it by the event, and ends it.
Answer CommandAnswers::shut_down(const Command& command, Batch& batch) const {
  batch.events.push_back(command_event(command, "shutdown", text_body({{"runner", state_.options.name}})));
  Answer answer;
  answer.message = "shutting down";
  return answer;
}

void CommandAnswers::add_reply(const Command& command, const std::string& match, const Result<Answer>& answer,
                               bool asks_others, Batch& batch) {
  Answer told;
  if (answer) {
    told = *answer;
  } else {
    told.error = answer.error().message;
    told.message = told.error;
    for (const Phrase& phrase : phrases)
      if (phrase.code == answer.error().code) told.message = phrase.message;
    if (asks_others) told.message += "; the other runners are asked";
  }
  if (told.match.empty() && !match.empty()) {
    told.match = match;
    if (const auto known = state_.ledger.find(match, patience()); known && *known)
      told.state = to_string((*known)->match.state);
  }
  const ReplyTarget target{command.reply_to, command.correlation_id, /*older=*/false};
  batch.events.push_back(command_event(command, "reply", answer_body(target, state_.options.name, told)));
}

Result<void> CommandAnswers::commit(const Batch& batch) {
  const auto receipt = state_.commit(batch, patience());
  if (!receipt) return receipt.error();
  if (!batch.writes.empty()) state_.work.poke();
  return {};
}

}  // namespace matchrunner
