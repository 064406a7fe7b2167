// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/transfer.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

#include "base/ascii.hpp"
#include "base/percent.hpp"
#include "base/thrown_error.hpp"

namespace matchrunner::http {
namespace {

constexpr const char* origin = "http";
constexpr std::size_t most_headers = 256;  // longer answers lose the rest
constexpr long longest_buffer = 512 * 1024;
// Without them nobody would notice that a peer lost its power while nothing was to be said.
constexpr long alive_after_seconds = 60;
constexpr long alive_every_seconds = 15;

// Which failures of libcurl are not `unavailable`.
struct Row {
  CURLcode curl;
  ErrorCode code;
};
constexpr Row rows[] = {
    {CURLE_UNSUPPORTED_PROTOCOL, ErrorCode::invalid_argument},
    {CURLE_URL_MALFORMAT, ErrorCode::invalid_argument},
    {CURLE_OUT_OF_MEMORY, ErrorCode::resource_exhausted},
    {CURLE_PEER_FAILED_VERIFICATION, ErrorCode::permission_denied},
    {CURLE_SSL_CACERT_BADFILE, ErrorCode::invalid_argument},
    {CURLE_SSL_ISSUER_ERROR, ErrorCode::permission_denied},
    {CURLE_SSL_CERTPROBLEM, ErrorCode::invalid_argument},
    {CURLE_BAD_FUNCTION_ARGUMENT, ErrorCode::internal},
    {CURLE_UNKNOWN_OPTION, ErrorCode::internal},
};

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

}  // namespace

std::string_view Answer::header(std::string_view name) const {
  for (const auto& [known, value] : headers)
    if (known == name) return value;
  return {};
}

Transfer::Transfer(Session::Id id, Easy easy, Request request, const SessionOptions& options)
    : id_(id), easy_(std::move(easy)), request_(std::move(request)) {
  CURL* const curl = handle();
  ::curl_easy_reset(curl);
  for (const auto& [name, value] : request_.headers) {
    const std::string line = value.empty() ? name + ";" : name + ": " + value;  // as libcurl wants empty ones written
    if (curl_slist* longer = ::curl_slist_append(headers_.get(), line.c_str())) {
      [[maybe_unused]] curl_slist* const grown = headers_.release();
      headers_.reset(longer);
    }
  }
  // A round trip less for each upload: bodies are sent without asking first.
  if (curl_slist* longer = ::curl_slist_append(headers_.get(), "Expect:")) {
    [[maybe_unused]] curl_slist* const grown = headers_.release();
    headers_.reset(longer);
  }
  ::curl_easy_setopt(curl, CURLOPT_PRIVATE, this);
  ::curl_easy_setopt(curl, CURLOPT_URL, request_.url.c_str());
  ::curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
  ::curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  ::curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  ::curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers_.get());
  ::curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  ::curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why_);
  ::curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_timeout.count()));
  if (!request_.may_be_silent) {
    ::curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    ::curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME,
                       static_cast<long>(std::chrono::ceil<std::chrono::seconds>(options.stall_timeout).count()));
  }
  ::curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
  ::curl_easy_setopt(curl, CURLOPT_TCP_KEEPIDLE, alive_after_seconds);
  ::curl_easy_setopt(curl, CURLOPT_TCP_KEEPINTVL, alive_every_seconds);
  ::curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, longest_buffer);
  ::curl_easy_setopt(curl, CURLOPT_UPLOAD_BUFFERSIZE, longest_buffer);
  struct TextOption {
    CURLoption option;
    const std::string& value;
  };
  for (const auto& [option, value] : {TextOption{CURLOPT_CAINFO, options.ca_file},
                                      {CURLOPT_SSLCERT, options.certificate_file},
                                      {CURLOPT_SSLKEY, options.key_file},
                                      {CURLOPT_UNIX_SOCKET_PATH, options.unix_socket}})
    if (!value.empty()) ::curl_easy_setopt(curl, option, value.c_str());
  if (!options.unix_socket.empty()) ::curl_easy_setopt(curl, CURLOPT_PROXY, "");
  ::curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  ::curl_easy_setopt(curl, CURLOPT_HEADERDATA, this);
  ::curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  ::curl_easy_setopt(curl, CURLOPT_WRITEDATA, this);
  set_body();
}

void Transfer::set_body() {
  CURL* const curl = handle();
  if (request_.method == "HEAD") {
    ::curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
  } else if (request_.method == "PUT") {
    ::curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    ::curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    ::curl_easy_setopt(curl, CURLOPT_READFUNCTION, &Transfer::on_read);
    ::curl_easy_setopt(curl, CURLOPT_READDATA, this);
    ::curl_easy_setopt(curl, CURLOPT_SEEKFUNCTION, &Transfer::on_seek);
    ::curl_easy_setopt(curl, CURLOPT_SEEKDATA, this);
  } else if (request_.method == "POST") {
    ::curl_easy_setopt(curl, CURLOPT_POST, 1L);
    ::curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    ::curl_easy_setopt(curl, CURLOPT_POSTFIELDS, as_text(request_.body).data());
  } else if (request_.method != "GET") {
    ::curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
  }
}

bool Transfer::has_sent() const {
  long bytes = 0;
  ::curl_easy_getinfo(handle(), CURLINFO_REQUEST_SIZE, &bytes);
  return bytes > 0;
}

template <class Take>
std::size_t Transfer::guarded(std::size_t size, const Take& take) {
  try {
    if (take()) return size;
  } catch (...) {
    error_ = thrown_error(origin);
  }
  return CURL_WRITEFUNC_ERROR;
}

std::size_t Transfer::on_header(char* bytes, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  return transfer.guarded(size * count, [&] {
    transfer.take_header({bytes, size * count});
    return true;
  });
}

void Transfer::take_header(std::string_view line) {
  if (line.starts_with("HTTP/")) answer_ = {};  // after a 100, the real one
  const auto colon = line.find(':');
  if (colon != line.npos && answer_.headers.size() < most_headers)
    answer_.headers.emplace_back(lower(trimmed(line.substr(0, colon))), trimmed(line.substr(colon + 1)));
  if (line == "\r\n") end_head();
}

void Transfer::end_head() {
  note_status();
  acknowledge();
  if (request_.head_sink && answer_.status >= 200) request_.head_sink(answer_);
}

// Servers that write head and body of an answer one after the other, and that wait for small packets to be acknowledged
// (Nagle), would wait for this system's delayed acknowledgement: 40 ms for each such answer.
void Transfer::acknowledge() const {
  curl_socket_t socket = CURL_SOCKET_BAD;
  const int on = 1;
  if (::curl_easy_getinfo(handle(), CURLINFO_ACTIVESOCKET, &socket) == CURLE_OK && socket != CURL_SOCKET_BAD)
    ::setsockopt(socket, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof(on));  // a unix socket has no such option
}

void Transfer::note_status() {
  long status = 0;
  ::curl_easy_getinfo(handle(), CURLINFO_RESPONSE_CODE, &status);
  answer_.status = static_cast<int>(status);
}

std::size_t Transfer::on_body(char* bytes, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  const ByteView part = matchrunner::as_bytes({bytes, size * count});
  return transfer.guarded(part.size(), [&] { return transfer.take_body(part); });
}

bool Transfer::take_body(ByteView part) {
  if (answer_.status == 0) note_status();
  if (request_.body_sink && answer_.status / 100 == 2) {
    const auto taken = request_.body_sink(answer_, part);
    if (!taken)
      error_ = taken.error();
    else
      enough_ = !taken->more;
    return taken && taken->more;
  }
  if (part.size() > request_.most_bytes - answer_.body.size()) {
    error_ = Error{ErrorCode::corrupt_data, "an answer of more than " + std::to_string(request_.most_bytes) + " bytes",
                   origin};
    return false;
  }
  answer_.body += as_text(part);
  return true;
}

std::size_t Transfer::on_read(char* bytes, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  const ByteView rest = transfer.request_.body.subspan(transfer.sent_);
  const std::size_t most = std::min(size * count, rest.size());
  if (most > 0) std::memcpy(bytes, rest.data(), most);
  transfer.sent_ += most;
  return most;
}

// libcurl sends the body once more when a connection that it kept turns out to be closed.
int Transfer::on_seek(void* self, curl_off_t offset, int origin_of_offset) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (origin_of_offset != SEEK_SET || offset < 0 || static_cast<std::uint64_t>(offset) > transfer.request_.body.size())
    return CURL_SEEKFUNC_FAIL;
  transfer.sent_ = static_cast<std::size_t>(offset);
  return CURL_SEEKFUNC_OK;
}

Result<Answer> Transfer::finish(CURLcode code) {
  if (error_) return *std::move(error_);
  note_status();
  // A server may refuse an upload before it has all of it, and close: what it said counts.
  const bool refused = (code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR) && answer_.status >= 300;
  if (code == CURLE_OK || enough_ || refused) return std::move(answer_);
  return failed(code);
}

Error Transfer::failed(CURLcode code) const {
  const auto* const row = std::find_if(std::begin(rows), std::end(rows), [&](const Row& r) { return r.curl == code; });
  const std::string why = why_[0] != '\0' ? why_ : ::curl_easy_strerror(code);
  return {row == std::end(rows) ? ErrorCode::unavailable : row->code, without_controls(why), origin};
}

}  // namespace matchrunner::http
