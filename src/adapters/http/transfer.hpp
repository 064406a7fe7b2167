// SPDX-License-Identifier: Apache-2.0
// Transfer: one request on its way through libcurl, with all that must live until it is done. Used by one thread.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/http/session.hpp"

namespace matchrunner::http {

struct CleanEasy {
  void operator()(CURL* handle) const { ::curl_easy_cleanup(handle); }
};
using Easy = std::unique_ptr<CURL, CleanEasy>;

struct FreeList {
  void operator()(curl_slist* list) const { ::curl_slist_free_all(list); }
};

class Transfer {
 public:
  // `easy` is reset and used again.
  Transfer(Session::Id id, Easy easy, Request request, const SessionOptions& options);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  Session::Id id() const { return id_; }
  CURL* handle() const { return easy_.get(); }

  // What came of it, once libcurl is done with the handle.
  Result<Answer> finish(CURLcode code);
  bool has_sent() const;  // its head, and of its body a part
  Easy take_handle() { return std::move(easy_); }

 private:
  static std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* self);
  static std::size_t on_read(char* bytes, std::size_t size, std::size_t count, void* self);
  static int on_seek(void* self, curl_off_t offset, int origin);

  // `size` when it took all, as libcurl wants to be told. Through libcurl, which is C, no exception may go: what is
  // thrown ends the transfer, and is in its error.
  template <class Take>
  std::size_t guarded(std::size_t size, const Take& take);
  void set_body();
  void take_header(std::string_view line);
  void end_head();
  void note_status();
  void acknowledge() const;
  bool take_body(ByteView part);
  Error failed(CURLcode code) const;

  const Session::Id id_;
  Easy easy_;
  const Request request_;
  std::unique_ptr<curl_slist, FreeList> headers_;
  std::size_t sent_ = 0;
  Answer answer_;
  std::optional<Error> error_;  // of a sink
  bool enough_ = false;         // the body sink wants no more
  char why_[CURL_ERROR_SIZE] = {};
};

}  // namespace matchrunner::http
