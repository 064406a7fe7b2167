// SPDX-License-Identifier: Apache-2.0
// Pools, the outbox, health, and pruning.
#include "guard.hpp"
#include "matchrunner/json.hpp"
#include "read_handle.hpp"

using namespace matchrunner;
using namespace matchrunner::capi;

namespace {

template <class Row>
std::string json_list(const std::vector<Row>& rows) {
  std::string text;
  for (const Row& row : rows) text += (text.empty() ? "" : ",") + to_json(row);
  return "[" + text + "]";
}

mr_flag row_time(int64_t* microseconds, const mr_outbox* outbox, size_t index,
                 std::optional<Time> OutboxStatus::*member) {
  const auto time = row_number(outbox, index, member);
  if (!time || microseconds == nullptr) return 0;
  *microseconds = std::int64_t{time->time_since_epoch().count()};
  return 1;
}

}  // namespace

mr_code mr_runner_prune(uint64_t* removed, mr_runner* runner, int64_t before_microseconds, mr_error** error) {
  if (removed != nullptr) *removed = 0;
  return perform(error, {{removed, "removed"}, {runner, "runner"}}, [&]() -> Result<void> {
    const auto pruned = mr_runner::of(runner).prune(Time(std::chrono::microseconds(before_microseconds)));
    if (!pruned) return pruned.error();
    *removed = pruned->removed;
    const auto all = pruned->all_removed();
    return all ? Result<void>() : all.error();
  });
}

mr_code mr_runner_list_pools(mr_pool_list** out, mr_runner* runner, mr_error** error) {
  return produce(out, error, {{runner, "runner"}}, [&] { return mr_runner::of(runner).list_pools(); });
}

mr_code mr_runner_resize_pool(mr_pool** out, mr_runner* runner, const char* name, uint32_t slots, mr_error** error) {
  return produce_if_wanted(out, error, {{runner, "runner"}, {name, "name"}},
                           [&] { return mr_runner::of(runner).resize_pool(name, slots); });
}

const char* mr_pool_name(const mr_pool* pool) { return text_of(pool, &PoolStatus::name); }

uint32_t mr_pool_slots(const mr_pool* pool) { return number_of(pool, &PoolStatus::slots); }

size_t mr_pool_busy_count(const mr_pool* pool) {
  return number_of(pool, [](const PoolStatus& value) { return value.busy.size(); });
}

uint32_t mr_pool_busy_slot(const mr_pool* pool, size_t index) {
  return number_of(pool,
                   [&](const PoolStatus& value) { return index < value.busy.size() ? value.busy[index].slot : 0; });
}

const char* mr_pool_busy_match(const mr_pool* pool, size_t index) {
  return pool == nullptr ? "" : text_in(mr_pool::of(pool).busy, index, &PoolStatus::Holder::match);
}

const char* mr_pool_busy_runner(const mr_pool* pool, size_t index) {
  return pool == nullptr ? "" : text_in(mr_pool::of(pool).busy, index, &PoolStatus::Holder::runner);
}

void mr_pool_free(mr_pool* pool) { mr_pool::free(pool); }

size_t mr_pool_list_count(const mr_pool_list* list) { return number_of(list, &std::vector<PoolStatus>::size); }

const mr_pool* mr_pool_list_at(const mr_pool_list* list, size_t index) {
  return number_of(list, [&](const std::vector<PoolStatus>& pools) { return lend_row<mr_pool>(pools, index); });
}

void mr_pool_list_free(mr_pool_list* list) { mr_pool_list::free(list); }

mr_code mr_runner_outbox(mr_outbox** out, mr_runner* runner, mr_error** error) {
  return produce(out, error, {{runner, "runner"}}, [&] { return mr_runner::of(runner).outbox(); });
}

mr_code mr_runner_remove_sink(mr_runner* runner, const char* name, mr_error** error) {
  return perform(error, {{runner, "runner"}, {name, "name"}}, [&] { return mr_runner::of(runner).remove_sink(name); });
}

size_t mr_outbox_count(const mr_outbox* outbox) { return number_of(outbox, &std::vector<OutboxStatus>::size); }

const char* mr_outbox_sink(const mr_outbox* outbox, size_t index) {
  return row_text(outbox, index, &OutboxStatus::sink);
}

uint64_t mr_outbox_published(const mr_outbox* outbox, size_t index) {
  return row_number(outbox, index, &OutboxStatus::published);
}

uint64_t mr_outbox_waiting(const mr_outbox* outbox, size_t index) {
  return row_number(outbox, index, &OutboxStatus::waiting);
}

const char* mr_outbox_last_error(const mr_outbox* outbox, size_t index) {
  return row_text(outbox, index, &OutboxStatus::last_error);
}

uint32_t mr_outbox_failures(const mr_outbox* outbox, size_t index) {
  return row_number(outbox, index, &OutboxStatus::failures);
}

mr_flag mr_outbox_failing_since(int64_t* microseconds, const mr_outbox* outbox, size_t index) {
  return row_time(microseconds, outbox, index, &OutboxStatus::failing_since);
}

mr_flag mr_outbox_next_attempt_at(int64_t* microseconds, const mr_outbox* outbox, size_t index) {
  return row_time(microseconds, outbox, index, &OutboxStatus::next_attempt_at);
}

mr_code mr_outbox_json(mr_buffer** out, const mr_outbox* outbox, mr_error** error) {
  return produce(out, error, {{outbox, "outbox"}},
                 [&]() -> Result<std::string> { return json_list(mr_outbox::of(outbox)); });
}

mr_code mr_runner_waiting_artifacts_json(mr_buffer** out, mr_runner* runner, mr_error** error) {
  return produce(out, error, {{runner, "runner"}}, [&]() -> Result<std::string> {
    const auto waiting = mr_runner::of(runner).waiting_artifacts();
    if (!waiting) return waiting.error();
    return json_list(*waiting);
  });
}

mr_code mr_runner_health_json(mr_buffer** out, mr_runner* runner, mr_error** error) {
  return produce(out, error, {{runner, "runner"}}, [&]() -> Result<std::string> {
    const auto health = mr_runner::of(runner).health();
    if (!health) return health.error();
    return to_json(*health);
  });
}

void mr_outbox_free(mr_outbox* outbox) { mr_outbox::free(outbox); }
