// SPDX-License-Identifier: Apache-2.0
#include "base/system_error.hpp"

#include <cerrno>
#include <system_error>

namespace matchrunner {
namespace {

struct Meaning {
  int error_number;
  ErrorCode code;
};
constexpr Meaning rows[] = {
    {ENOSPC, ErrorCode::resource_exhausted},
    {EDQUOT, ErrorCode::resource_exhausted},
    {EMFILE, ErrorCode::resource_exhausted},
    {ENFILE, ErrorCode::resource_exhausted},
    {ENOMEM, ErrorCode::resource_exhausted},
    {EACCES, ErrorCode::permission_denied},
    {EPERM, ErrorCode::permission_denied},
    {ENOENT, ErrorCode::not_found},
    {ENOTDIR, ErrorCode::not_found},
    {EEXIST, ErrorCode::already_exists},
    {EFBIG, ErrorCode::resource_exhausted},
    {EISDIR, ErrorCode::invalid_argument},
    {ENAMETOOLONG, ErrorCode::invalid_argument},
    {ELOOP, ErrorCode::permission_denied},
    {EROFS, ErrorCode::permission_denied},
};

}  // namespace

Error system_error(int error_number, std::string what, std::string origin) {
  ErrorCode code = ErrorCode::unavailable;
  for (const Meaning& row : rows)
    if (row.error_number == error_number) code = row.code;
  return Error{code, std::move(what) + ": " + std::generic_category().message(error_number), std::move(origin)};
}

}  // namespace matchrunner
