// SPDX-License-Identifier: Apache-2.0
// How values become bytes between a runner and its launcher: numbers as they lie in memory (both ends are one build on
// one machine), texts and lists with a 32-bit count. No exceptions: a Reader that ran over the end says so.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

namespace matchrunner::sandbox {

// A message is a struct with a static `fields(self)` that ties its members, in order.
template <class T>
concept Message = requires(T& value) {
  T::fields(value);
};

class Writer {
 public:
  template <class T>
  requires(std::is_arithmetic_v<T> || std::is_enum_v<T>) void put(T value) {
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void put(std::string_view text) {
    put(static_cast<std::uint32_t>(text.size()));
    bytes_.append(text);
  }
  void put(const std::string& text) { put(std::string_view(text)); }
  template <class T>
  void put(const std::vector<T>& list) {
    put(static_cast<std::uint32_t>(list.size()));
    for (const T& item : list) put(item);
  }
  template <Message T>
  void put(const T& message) {
    std::apply([&](const auto&... field) { (put(field), ...); }, T::fields(message));
  }

  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  template <class T>
  requires(std::is_arithmetic_v<T> || std::is_enum_v<T>) void get(T& value) {
    const std::string_view raw = bytes(sizeof value);
    if (!failed_) std::memcpy(&value, raw.data(), sizeof value);
  }
  void get(bool& value) {
    std::uint8_t byte = 0;
    get(byte);
    if (byte > 1) failed_ = true;
    value = byte == 1;
  }
  void get(std::string& text) { text = bytes(count()); }
  template <class T>
  void get(std::vector<T>& list) {
    for (std::uint32_t left = count(); left > 0 && !failed_; --left) get(list.emplace_back());
  }
  template <Message T>
  void get(T& message) {
    std::apply([&](auto&... field) { (get(field), ...); }, T::fields(message));
  }

  // Everything was read, and nothing is left over.
  bool complete() const { return !failed_ && rest_.empty(); }

 private:
  std::string_view bytes(std::size_t size) {
    if (size > rest_.size()) failed_ = true;
    if (failed_) return {};
    const std::string_view raw = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return raw;
  }
  std::uint32_t count() {
    std::uint32_t size = 0;
    get(size);
    return size;
  }

  std::string_view rest_;
  bool failed_ = false;
};

template <Message T>
std::string to_bytes(const T& message) {
  Writer writer;
  writer.put(message);
  return writer.take();
}

// false: not the bytes of a T.
template <Message T>
bool from_bytes(std::string_view bytes, T& message) {
  Reader reader(bytes);
  reader.get(message);
  return reader.complete();
}

}  // namespace matchrunner::sandbox
