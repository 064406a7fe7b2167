// SPDX-License-Identifier: Apache-2.0
// guard: the one place where C++ results and exceptions become codes; perform and produce: the two shapes of a fallible
// function. Stateless; safe from any thread.
#pragma once

#include <initializer_list>
#include <new>
#include <string>

#include "handles.hpp"

namespace matchrunner::capi {

// Writes the error out where the caller wants it, and returns its code.
mr_code fail(mr_error** error, Error failure) noexcept;

template <class Body>
mr_code guard(mr_error** error, Body&& body) noexcept {
  try {
    Result<void> result = body();
    return result ? MR_OK : fail(error, std::move(result).error());
  } catch (const std::bad_alloc&) {
    return fail(error, Error{ErrorCode::resource_exhausted, {}});
  } catch (const std::exception& exception) {
    return fail(error, Error{ErrorCode::internal, exception.what()});
  } catch (...) {
    return fail(error, Error{ErrorCode::internal, {}});
  }
}

// An argument that must not be NULL.
struct Required {
  bool given;
  const char* name;

  template <class T>
  Required(T* argument, const char* its_name) : given(argument != nullptr), name(its_name) {}
};

inline Result<void> check(std::initializer_list<Required> arguments) {
  for (const Required& argument : arguments)
    if (!argument.given) return Error{ErrorCode::invalid_argument, std::string(argument.name) + ": NULL"};
  return {};
}

// Runs `body`, which gives a Result<void>.
template <class Body>
mr_code perform(mr_error** error, std::initializer_list<Required> arguments, Body&& body) noexcept {
  return guard(error, [&]() -> Result<void> {
    if (auto given = check(arguments); !given) return given;
    return body();
  });
}

// Likewise, and hands out what the body gives: a Result of the handle's value, an optional or a unique_ptr of it.
// Where nobody takes it, it is dropped.
template <class C, class Body>
mr_code produce_if_wanted(C** out, mr_error** error, std::initializer_list<Required> arguments, Body&& body) noexcept {
  if (out != nullptr) *out = nullptr;
  return perform(error, arguments, [&]() -> Result<void> {
    auto result = body();
    if (!result) return std::move(result).error();
    if (out != nullptr) *out = C::give(*std::move(result));
    return {};
  });
}

template <class C, class Body>
mr_code produce(C** out, mr_error** error, std::initializer_list<Required> arguments, Body&& body) noexcept {
  if (out == nullptr) return fail(error, Error{ErrorCode::invalid_argument, "out: NULL"});
  return produce_if_wanted(out, error, arguments, std::forward<Body>(body));
}

}  // namespace matchrunner::capi
