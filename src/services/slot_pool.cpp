// SPDX-License-Identifier: Apache-2.0
#include "services/slot_pool.hpp"

#include <array>
#include <charconv>

#include "base/random.hpp"

namespace matchrunner {
namespace {

constexpr std::uint32_t max_slots = 1000;

// The size stands in the body, as a JSON number.
Result<std::uint32_t> size_of(const Record& pool) {
  std::uint32_t size = 0;
  const auto parsed = std::from_chars(pool.body.data(), pool.body.data() + pool.body.size(), size);
  if (parsed.ec != std::errc() || size == 0)
    return Error{ErrorCode::corrupt_data, "pool " + pool.id + ": its size is not a number"};
  return size;
}

Record slot_record(const std::string& pool, std::uint32_t index) {
  Record slot;
  slot.kind = "slot";
  slot.id = pool + "/" + std::to_string(index);
  slot.scope = pool;
  slot.state = "slot";
  slot.body = std::to_string(index);
  return slot;
}

std::uint32_t index_of(const Record& slot) {
  std::uint32_t index = 0;
  std::from_chars(slot.body.data(), slot.body.data() + slot.body.size(), index);
  return index;
}

bool is_free(const Record& slot) { return slot.holder.empty() || (slot.lease_left && slot.lease_left->count() <= 0); }

}  // namespace

Result<std::uint32_t> SlotPool::ensure(std::uint32_t slots, std::uint32_t otherwise, const Context& context) {
  while (true) {
    const auto pool = store_.find({"pool", name_}, context);
    if (!pool) return pool.error();
    if (*pool) {
      const auto size = size_of(**pool);
      if (!size) return size.error();
      if (slots != 0 && slots != *size)
        return Error{ErrorCode::conflict, "pool \"" + name_ + "\" has " + std::to_string(*size) + " slots, asked for " +
                                              std::to_string(slots) + "; resize it or ask for as many"};
      return *size;
    }
    const std::uint32_t size = std::min(slots != 0 ? slots : otherwise, max_slots);
    if (size == 0) return 0U;
    Batch batch;
    Record record;
    record.kind = "pool";
    record.id = name_;
    record.state = "pool";
    record.body = std::to_string(size);
    batch.writes.push_back({record});
    for (std::uint32_t i = 0; i < size; ++i) batch.writes.push_back({slot_record(name_, i)});
    const auto made = store_.commit(batch, context);
    if (made) return size;
    if (made.error().code != ErrorCode::conflict) return made.error();
  }
}

Result<std::vector<Record>> SlotPool::slots(const Context& context) {
  RecordQuery query;
  query.kind = "slot";
  query.scope = name_;
  query.limit = max_slots;
  auto page = store_.list(query, context);
  if (!page) return page.error();
  return std::move(page->records);
}

Result<std::optional<Record>> SlotPool::free_slot(const std::string& match, const Context& context) {
  const auto all = slots(context);
  if (!all) return all.error();
  std::array<std::vector<const Record*>, 3> free;
  for (const Record& slot : *all)
    if (is_free(slot)) free[slot.subject == match ? 0 : slot.subject.empty() ? 1 : 2].push_back(&slot);
  for (const auto& alike : free)
    if (!alike.empty()) return std::optional<Record>(*alike[random_below(static_cast<std::uint32_t>(alike.size()))]);
  return std::optional<Record>();
}

Result<PoolStatus> SlotPool::status(const Context& context) {
  const auto pool = store_.find({"pool", name_}, context);
  if (!pool) return pool.error();
  if (!*pool) return Error{ErrorCode::not_found, "no pool named \"" + name_ + "\""};
  const auto size = size_of(**pool);
  if (!size) return size.error();
  const auto all = slots(context);
  if (!all) return all.error();
  PoolStatus status{name_, *size, {}};
  for (const Record& slot : *all)
    if (!is_free(slot)) status.busy.push_back({index_of(slot), slot.subject, slot.holder});
  return status;
}

Result<PoolStatus> SlotPool::resize(std::uint32_t size, const Context& context) {
  if (size == 0 || size > max_slots)
    return Error{ErrorCode::invalid_argument, "slots: expected 1 to 1000, found " + std::to_string(size)};
  while (true) {
    const auto pool = store_.find({"pool", name_}, context);
    if (!pool) return pool.error();
    if (!*pool) return Error{ErrorCode::not_found, "no pool named \"" + name_ + "\""};
    const auto all = slots(context);
    if (!all) return all.error();
    Batch batch;
    Write resized{**pool};
    resized.record.body = std::to_string(size);
    batch.writes.push_back(resized);
    std::vector<bool> present(size, false);
    for (const Record& slot : *all) {
      const std::uint32_t index = index_of(slot);
      if (index < size) {
        present[index] = true;
        continue;
      }
      if (!is_free(slot)) return Error{ErrorCode::conflict, "slot " + slot.id + " is in use by match " + slot.subject};
      Write gone{slot};
      gone.remove = true;
      batch.writes.push_back(gone);
    }
    for (std::uint32_t i = 0; i < size; ++i)
      if (!present[i]) batch.writes.push_back({slot_record(name_, i)});
    const auto receipt = store_.commit(batch, context);
    if (receipt) return status(context);
    if (receipt.error().code != ErrorCode::conflict) return receipt.error();
  }
}

Result<std::vector<PoolStatus>> SlotPool::list(StateStore& store, const Context& context) {
  RecordQuery query;
  query.kind = "pool";
  query.limit = 1000;
  const auto pools = store.list(query, context);
  if (!pools) return pools.error();
  std::vector<PoolStatus> all;
  for (const Record& pool : pools->records) {
    auto status = SlotPool(store, pool.id).status(context);
    if (!status) return status.error();
    all.push_back(*std::move(status));
  }
  return all;
}

}  // namespace matchrunner
