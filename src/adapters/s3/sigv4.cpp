// SPDX-License-Identifier: Apache-2.0
#include "adapters/s3/sigv4.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>

#include "base/ascii.hpp"
#include "base/digest.hpp"
#include "base/percent.hpp"

namespace matchrunner::s3 {
namespace {

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";

using Mac = std::array<unsigned char, 32>;

std::string_view text_of(const Mac& mac) { return {reinterpret_cast<const char*>(mac.data()), mac.size()}; }

Mac hmac(std::string_view key, std::string_view text) {
  Mac mac{};
  unsigned int size = 0;
  ::HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
         text.size(), mac.data(), &size);
  return mac;
}

// RFC 3986, the '/' too.
std::string encode(std::string_view text) {
  const std::string path = percent_encode(text);
  std::string all;
  for (const char c : path) {
    if (c == '/')
      all += "%2F";
    else
      all += c;
  }
  return all;
}

// "20130524T000000Z"
std::string stamp(Time time) {
  std::string text;
  for (const char c : to_string(time).substr(0, 19))  // "2013-05-24T00:00:00"
    if (c != '-' && c != ':') text += c;
  return text + "Z";
}

std::string scope(std::string_view at, std::string_view region) {
  return std::string(at.substr(0, 8)) + "/" + std::string(region) + "/s3/aws4_request";
}

// Spaces in a row are signed as one.
std::string squeezed(std::string_view text) {
  std::string all;
  for (const char c : text)
    if (c != ' ' || (!all.empty() && all.back() != ' ')) all += c;
  while (!all.empty() && all.back() == ' ') all.pop_back();
  return all;
}

struct Canonical {
  std::string headers;  // a line each
  std::string names;    // "host;range"
};

Canonical canonical(const http::Headers& headers) {
  http::Headers sorted;
  for (const auto& [name, value] : headers) sorted.emplace_back(lower(name), squeezed(value));
  std::sort(sorted.begin(), sorted.end());
  Canonical all;
  for (const auto& [name, value] : sorted) {
    all.headers += name + ":" + value + "\n";
    all.names += (all.names.empty() ? "" : ";") + name;
  }
  return all;
}

std::string signature(const Keys& keys, std::string_view region, std::string_view at, const Target& target,
                      const Canonical& headers, std::string_view payload_sha256) {
  const std::string request = target.method + "\n" + target.path + "\n" + query_text(target.query) + "\n" +
                              headers.headers + "\n" + headers.names + "\n" + std::string(payload_sha256);
  const std::string to_sign =
      std::string(algorithm) + "\n" + std::string(at) + "\n" + scope(at, region) + "\n" + sha256_hex(request);
  const Mac day = hmac("AWS4" + keys.secret_key, at.substr(0, 8));
  const Mac place = hmac(text_of(day), region);
  const Mac service = hmac(text_of(place), "s3");
  return to_hex(hmac(text_of(hmac(text_of(service), "aws4_request")), to_sign));
}

}  // namespace

std::string query_text(Query query) {
  for (auto& [name, value] : query) {
    name = encode(name);
    value = encode(value);
  }
  std::sort(query.begin(), query.end());
  std::string text;
  for (const auto& [name, value] : query) text += (text.empty() ? "" : "&") + name + "=" + value;
  return text;
}

http::Headers sign(const Keys& keys, std::string_view region, const Target& target, http::Headers headers,
                   std::string_view payload_sha256, Time now) {
  const std::string at = stamp(now);
  headers.emplace_back("host", target.host);
  headers.emplace_back("x-amz-date", at);
  headers.emplace_back("x-amz-content-sha256", payload_sha256);
  if (!keys.session_token.empty()) headers.emplace_back("x-amz-security-token", keys.session_token);
  const Canonical signed_headers = canonical(headers);
  headers.emplace_back("authorization",
                       std::string(algorithm) + " Credential=" + keys.access_key + "/" + scope(at, region) +
                           ",SignedHeaders=" + signed_headers.names +
                           ",Signature=" + signature(keys, region, at, target, signed_headers, payload_sha256));
  return headers;
}

std::string presign(const Keys& keys, std::string_view region, Target target, std::chrono::seconds valid_for,
                    Time now) {
  const std::string at = stamp(now);
  target.query.emplace_back("X-Amz-Algorithm", algorithm);
  target.query.emplace_back("X-Amz-Credential", keys.access_key + "/" + scope(at, region));
  target.query.emplace_back("X-Amz-Date", at);
  target.query.emplace_back("X-Amz-Expires", std::to_string(valid_for.count()));
  target.query.emplace_back("X-Amz-SignedHeaders", "host");
  if (!keys.session_token.empty()) target.query.emplace_back("X-Amz-Security-Token", keys.session_token);
  const std::string signed_by =
      signature(keys, region, at, target, canonical({{"host", target.host}}), "UNSIGNED-PAYLOAD");
  return query_text(target.query) + "&X-Amz-Signature=" + signed_by;
}

}  // namespace matchrunner::s3
