// SPDX-License-Identifier: Apache-2.0
// Errors and their codes.
#include "callback.hpp"
#include "guard.hpp"
#include "read_handle.hpp"

namespace matchrunner::capi {
namespace {

constexpr mr_code code_of(ErrorCode code) { return static_cast<mr_code>(code); }

static_assert(MR_ERROR_CANCELLED == code_of(ErrorCode::cancelled));
static_assert(MR_ERROR_TIMEOUT == code_of(ErrorCode::timeout));
static_assert(MR_ERROR_INVALID_ARGUMENT == code_of(ErrorCode::invalid_argument));
static_assert(MR_ERROR_NOT_FOUND == code_of(ErrorCode::not_found));
static_assert(MR_ERROR_ALREADY_EXISTS == code_of(ErrorCode::already_exists));
static_assert(MR_ERROR_CONFLICT == code_of(ErrorCode::conflict));
static_assert(MR_ERROR_UNAVAILABLE == code_of(ErrorCode::unavailable));
static_assert(MR_ERROR_PERMISSION_DENIED == code_of(ErrorCode::permission_denied));
static_assert(MR_ERROR_RESOURCE_EXHAUSTED == code_of(ErrorCode::resource_exhausted));
static_assert(MR_ERROR_UNSUPPORTED == code_of(ErrorCode::unsupported));
static_assert(MR_ERROR_CORRUPT_DATA == code_of(ErrorCode::corrupt_data));
static_assert(MR_ERROR_CALLBACK == code_of(ErrorCode::callback));
static_assert(MR_ERROR_FORKED == code_of(ErrorCode::forked));
static_assert(MR_ERROR_INTERNAL == code_of(ErrorCode::internal));

// What a port returned may be any number.
ErrorCode error_code(mr_code code) {
  for (const auto& row : error_code_names)
    if (code_of(row.code) == code) return row.code;
  return ErrorCode::callback;
}

}  // namespace

mr_code fail(mr_error** error, Error failure) noexcept {
  const mr_code code = code_of(failure.code);
  if (error == nullptr) return code;
  *error = nullptr;  // and stays so when there is no memory for more
  guard(nullptr, [&]() -> Result<void> {
    for (const auto& row : error_code_names)
      if (failure.message.empty() && row.code == failure.code) failure.message = row.meaning;
    std::string text = failure.describe();
    *error = mr_error::give(ErrorText{std::move(failure), std::move(text)});
    return {};
  });
  return code;
}

Result<void> answer_of(const char* callback, mr_code code, mr_error* error) {
  const std::unique_ptr<mr_error, void (*)(mr_error*)> owned(error, mr_error_free);
  if (code == MR_OK) return {};
  Error failure{error_code(code), std::string(callback) + " failed and gave no reason"};
  if (error != nullptr) failure = mr_error::of(error).error;
  failure.code = error_code(code);
  return failure;
}

}  // namespace matchrunner::capi

using namespace matchrunner::capi;

mr_error* mr_error_new(mr_code code, const char* message) {
  mr_error* error = nullptr;
  guard(nullptr, [&]() -> matchrunner::Result<void> {
    fail(&error, matchrunner::Error{error_code(code), text_or_empty(message)});
    return {};
  });
  return error;
}

mr_code mr_error_code(const mr_error* error) {
  return number_of(error, [](const ErrorText& value) { return code_of(value.error.code); });
}

const char* mr_error_message(const mr_error* error) { return text_of(error, &ErrorText::text); }

const char* mr_error_origin(const mr_error* error) {
  return text_of(error, [](const ErrorText& value) -> const std::string& { return value.error.origin; });
}

void mr_error_free(mr_error* error) { mr_error::free(error); }
