// SPDX-License-Identifier: Apache-2.0
// URLs that name ports, as people write them into settings; and the paths in them.
#include "open/url.hpp"

#include "base/percent.hpp"
#include "fuzz/target.hpp"
#include "matchrunner/open.hpp"

using namespace matchrunner;
using namespace matchrunner::fuzz;

namespace {

std::string quoted(std::string_view text) {
  std::string all;
  for (const char c : text) {
    constexpr char digits[] = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    all += {'%', digits[byte >> 4], digits[byte & 15]};
  }
  return all;
}

std::string written(const Url& url) {
  std::string text = url.scheme + "://";
  if (!url.user.empty() || !url.password.empty()) text += quoted(url.user) + ":" + quoted(url.password) + "@";
  text += quoted(url.host);
  if (!url.port.empty()) text += ":" + url.port;
  if (!url.path.empty()) text += "/" + quoted(std::string_view(url.path).substr(1));
  char before = '?';
  for (const auto& [name, value] : url.options) {
    text += before + quoted(name) + "=" + quoted(value);
    before = '&';
  }
  return text;
}

void ask(const Url& url) {
  constexpr std::string_view known[] = {"durable", "isolation"};
  constexpr std::string_view values[] = {"0", "1"};
  const auto refused = [](const auto& result) {
    if (!result) require_error(result.error(), ErrorCode::invalid_argument);
  };
  refused(check_options(url, known, "FORM"));
  refused(choice_of(url, "durable", values, "1"));
  refused(check_no_host(url, "FORM"));
  refused(required_path(url, "FORM"));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(text_of(data, size));
  require_one_line(masked_url(text));
  constexpr const char* secret = "S3cr3t";
  if (text.find(secret) == text.npos) {
    const std::string shown = masked_url("amqp://user:" + (secret + text) + "@host/path");
    require(shown.find(secret) == shown.npos, "no password is shown", shown);
  }
  require(percent_decode(percent_encode(text)) == text, "an encoded path comes back");
  if (const auto path = percent_decode(text)) require(percent_decode(percent_encode(*path)) == *path, "likewise");

  const auto url = parse_url(text);
  if (!url) return require_error(url.error(), ErrorCode::invalid_argument), 0;
  ask(*url);
  const auto again = parse_url(written(*url));
  require(again && again->scheme == url->scheme && again->user == url->user && again->password == url->password &&
              again->host == url->host && again->port == url->port && again->path == url->path &&
              again->options == url->options,
          "what was written is what is read", written(*url));
  return 0;
}
