// SPDX-License-Identifier: Apache-2.0
#include "adapters/sandbox/escapes/attempt.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <iterator>

#include "base/unique_fd.hpp"

namespace matchrunner::escapes {
namespace {

constexpr int refusals[] = {EPERM, EACCES, ENOSYS, EAFNOSUPPORT, EOPNOTSUPP};

std::string failure(const char* call) { return std::string(call) + ": " + std::strerror(errno); }

}  // namespace

Finding held(std::string detail) { return {Finding::Kind::held, std::move(detail)}; }
Finding broke(std::string detail) { return {Finding::Kind::broke, std::move(detail)}; }
Finding not_applicable(std::string detail) { return {Finding::Kind::not_applicable, std::move(detail)}; }
Finding undecided(std::string detail) { return {Finding::Kind::undecided, std::move(detail)}; }

Finding must_fail(const char* call, long result) {
  return result < 0 ? held(failure(call)) : broke(std::string(call) + " worked");
}

Finding must_be_refused(const char* call, long result) {
  if (result >= 0) return broke(std::string(call) + " worked");
  const bool refused = std::find(std::begin(refusals), std::end(refusals), errno) != std::end(refusals);
  return refused ? held(failure(call)) : broke(failure(call) + ", but it was not refused");
}

int number_of(std::string_view text) {
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::string text_of(const std::string& path, std::size_t most) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  std::string text(most, '\0');
  const ssize_t got = file ? ::read(file.get(), text.data(), text.size()) : -1;
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  return text;
}

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace matchrunner::escapes
