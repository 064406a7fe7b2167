// SPDX-License-Identifier: Apache-2.0
// Result<T>: a value or an Error, with the member names of std::expected (C++23).
// Plain values: no thread rule, nothing is owned beyond the members.
#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace matchrunner {

// The closed set of reasons why a call failed. Numbers are part of the C ABI.
enum class ErrorCode : std::uint8_t {
  cancelled = 1,           // the caller's stop token was triggered
  timeout = 2,             // the caller's deadline passed
  invalid_argument = 3,    // the input cannot be meant; the message names the field
  not_found = 4,           // what was named does not exist
  already_exists = 5,      // the name is taken by something else
  conflict = 6,            // illegal transition or lost race: read again, decide again
  unavailable = 7,         // a peer cannot be reached now; the only code that is retried
  permission_denied = 8,   // the system or the peer refused
  resource_exhausted = 9,  // disk, memory, descriptors or quota are used up
  unsupported = 10,        // this adapter or host cannot do it; see capabilities()
  corrupt_data = 11,       // stored or received bytes do not have the promised form
  callback = 12,           // a user's port threw; Error::exception is that exception
  forked = 13,             // called in a fork()ed child of the process that opened it
  internal = 14,           // a defect of the library
};

// One row per code: the word used in messages, in C, in Python and in docs/errors.md.
struct ErrorCodeName {
  ErrorCode code;
  std::string_view name;
  std::string_view meaning;
};
inline constexpr ErrorCodeName error_code_names[] = {
    {ErrorCode::cancelled, "cancelled", "the caller asked to stop"},
    {ErrorCode::timeout, "timeout", "the caller's deadline passed"},
    {ErrorCode::invalid_argument, "invalid_argument", "the input cannot be meant; the message names the field"},
    {ErrorCode::not_found, "not_found", "what was named does not exist"},
    {ErrorCode::already_exists, "already_exists", "the name is taken by something else"},
    {ErrorCode::conflict, "conflict", "illegal transition or lost race; read again and decide again"},
    {ErrorCode::unavailable, "unavailable", "a peer cannot be reached now; the only code that is retried"},
    {ErrorCode::permission_denied, "permission_denied", "the system or the peer refused"},
    {ErrorCode::resource_exhausted, "resource_exhausted", "disk, memory, descriptors or quota are used up"},
    {ErrorCode::unsupported, "unsupported", "this adapter or host cannot do it"},
    {ErrorCode::corrupt_data, "corrupt_data", "stored or received bytes do not have the promised form"},
    {ErrorCode::callback, "callback", "a port written by the user raised; its own exception is carried along"},
    {ErrorCode::forked, "forked", "called in a forked child of the process that opened it"},
    {ErrorCode::internal, "internal", "a defect of the library"},
};

constexpr std::string_view to_string(ErrorCode code) {
  for (const auto& row : error_code_names)
    if (row.code == code) return row.name;
  return "internal";
}

// What went wrong, in one line. `origin` names the part that failed ("sqlite", "sandbox", ...).
struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;
  std::string origin = {};
  std::shared_ptr<const Error> cause = nullptr;
  std::exception_ptr exception = nullptr;  // only with ErrorCode::callback

  // "origin: message", then the causes, each behind ": ". One line.
  std::string describe() const {
    std::string text = origin.empty() ? message : origin + ": " + message;
    for (const Error* e = cause.get(); e != nullptr; e = e->cause.get()) text += ": " + e->message;
    return text;
  }
};

// Thrown by Result::value() when there is none.
class BadResultAccess : public std::exception {
 public:
  explicit BadResultAccess(Error error) : error_(std::move(error)), text_(error_.describe()) {}
  const char* what() const noexcept override { return text_.c_str(); }
  const Error& error() const noexcept { return error_; }

 private:
  Error error_;
  std::string text_;
};

template <class T>
class [[nodiscard]] Result {
 public:
  using value_type = T;
  using error_type = Error;

  // NOLINTBEGIN(google-explicit-constructor): implicit, as in std::expected
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}
  template <class U>
  requires(!std::is_same_v<std::remove_cvref_t<U>, Result> && !std::is_same_v<std::remove_cvref_t<U>, Error> &&
           std::is_convertible_v<U&&, T>) Result(U&& value)
      : state_(std::in_place_index<0>, std::forward<U>(value)) {}
  // NOLINTEND(google-explicit-constructor)

  bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  // Of a temporary by value, unlike std::expected: `for (auto& x : call().value())` is safe.
  T& operator*() & noexcept { return *std::get_if<0>(&state_); }
  const T& operator*() const& noexcept { return *std::get_if<0>(&state_); }
  T operator*() && { return std::move(*std::get_if<0>(&state_)); }
  T* operator->() noexcept { return std::get_if<0>(&state_); }
  const T* operator->() const noexcept { return std::get_if<0>(&state_); }

  T& value() & { return require(), **this; }
  const T& value() const& { return require(), **this; }
  T value() && { return require(), std::move(*std::get_if<0>(&state_)); }

  const Error& error() const& noexcept { return *std::get_if<1>(&state_); }
  Error&& error() && noexcept { return std::move(*std::get_if<1>(&state_)); }

  template <class U>
  T value_or(U&& fallback) const& {
    return has_value() ? **this : static_cast<T>(std::forward<U>(fallback));
  }

 private:
  void require() const {
    if (!has_value()) throw BadResultAccess(error());
  }
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;
  using error_type = Error;

  Result() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): implicit, as in std::expected
  Result(Error error) : error_(std::make_unique<Error>(std::move(error))) {}

  bool has_value() const noexcept { return error_ == nullptr; }
  explicit operator bool() const noexcept { return has_value(); }
  void value() const {
    if (!has_value()) throw BadResultAccess(*error_);
  }
  const Error& error() const& noexcept { return *error_; }
  Error&& error() && noexcept { return std::move(*error_); }

 private:
  std::unique_ptr<Error> error_;
};

}  // namespace matchrunner
