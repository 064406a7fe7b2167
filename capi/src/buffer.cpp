// SPDX-License-Identifier: Apache-2.0
// Buffers: bytes that the library gives, or that a port fills.
#include "guard.hpp"
#include "read_handle.hpp"

using namespace matchrunner::capi;

const char* mr_buffer_data(const mr_buffer* buffer) { return text_of(buffer, std::identity()); }

size_t mr_buffer_size(const mr_buffer* buffer) { return number_of(buffer, &std::string::size); }

mr_code mr_buffer_append(mr_buffer* buffer, const void* bytes, size_t size, mr_error** error) {
  return perform(error, {{buffer, "buffer"}}, [&]() -> matchrunner::Result<void> {
    if (size == 0) return {};
    if (auto given = check({{bytes, "bytes"}}); !given) return given;
    mr_buffer::of(buffer).append(static_cast<const char*>(bytes), size);
    return {};
  });
}

void mr_buffer_free(mr_buffer* buffer) { mr_buffer::free(buffer); }
