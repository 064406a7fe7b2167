// SPDX-License-Identifier: Apache-2.0
// Handle: the opaque struct of the C header and the C++ value behind it, one line for each pair (handles.hpp).
// No object of type C ever exists: a C* is the address of a Cpp. Owned ones were made by give(), borrowed ones by
// lend().
#pragma once

#include <concepts>
#include <memory>
#include <optional>
#include <utility>

template <class C, class Cpp>
struct Handle {
  using Value = Cpp;

  // Templates, because Cpp may be abstract.
  template <std::same_as<Cpp> T>
  static C* give(T value) {
    return lend(*new Cpp(std::move(value)));
  }
  template <std::same_as<Cpp> T>
  static C* give(std::optional<T> value) {
    return value ? give(*std::move(value)) : nullptr;
  }
  static C* give(std::unique_ptr<Cpp> value) { return lend(*value.release()); }

  static C* lend(Cpp& value) { return reinterpret_cast<C*>(&value); }
  static const C* lend(const Cpp& value) { return reinterpret_cast<const C*>(&value); }

  static Cpp& of(C* handle) { return *reinterpret_cast<Cpp*>(handle); }
  static const Cpp& of(const C* handle) { return *reinterpret_cast<const Cpp*>(handle); }

  static void free(C* handle) { delete reinterpret_cast<Cpp*>(handle); }
};
