// SPDX-License-Identifier: Apache-2.0
#include "codec/run_match_targets.hpp"

#include <array>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "base/percent.hpp"

namespace matchrunner {
namespace {

using codec::Json;
using codec::object_in;

// What the message calls it, and which artifacts these are.
struct KindRow {
  std::string_view name;
  std::array<std::string_view, 2> patterns;  // or one
  bool stored;                               // else it is only streamed
};
constexpr KindRow kinds[] = {
    {"right_team_log", {"logs/right_*"}, true},
    {"left_team_log", {"logs/left_*"}, true},
    {"server_log", {"logs/server.*"}, true},
    {"rcg", {"output/*.rcg", "output/*.rcg.gz"}, true},
    {"rcl", {"output/*.rcl", "output/*.rcl.gz"}, true},
    {"score", {"events/score", "events/ended"}, false},
};

void put(Json& urls, const KindRow& kind, const std::string& url) {
  for (const std::string_view pattern : kind.patterns)
    if (!pattern.empty()) urls[std::string(pattern)] = url;
}

std::string part_of_url(const std::string& text) {
  std::string encoded;
  for (const char c : percent_encode(text)) encoded += c == '/' ? std::string("%2F") : std::string(1, c);
  return encoded;
}

// The fields of `data`, one by one; what is wrong with them goes into `wrong`.
class Fields {
 public:
  Fields(const Json& data, std::string path, std::vector<InputFault>& wrong)
      : data_(data), path_(std::move(path)), faults_(wrong) {}

  // Empty where there is none.
  std::string text(const char* name, bool mandatory = false) {
    const auto found = data_.find(name);
    if (found == data_.end() || found->is_null()) {
      if (mandatory) fault(name, "a text", "none");
      return {};
    }
    if (found->is_string() && (!mandatory || !found->get_ref<const std::string&>().empty()))
      return found->get<std::string>();
    if (found->is_number_unsigned()) return std::to_string(found->get<std::uint64_t>());
    fault(name, "a text", codec::found_kind(*found));
    return {};
  }

  void one_of(const char* name, std::string_view one, std::string_view other) {
    const std::string found = text(name);
    if (found.empty() || found == one || found == other) return;
    fault(name, "\"" + std::string(one) + "\"", "another");
  }

 private:
  void fault(const char* name, std::string expected, std::string found) {
    faults_.push_back({path_ + "." + name, std::move(expected), std::move(found)});
  }

  const Json& data_;
  const std::string path_;
  std::vector<InputFault>& faults_;
};

std::string bucket_url(const Json& config, const std::string& path, std::vector<InputFault>& wrong) {
  Fields fields(config, path, wrong);
  fields.one_of("type", "minio", "s3");
  std::string endpoint = fields.text("endpoint", true);
  if (endpoint.find("://") == endpoint.npos) {
    const auto secure = config.find("secure");
    endpoint = (secure != config.end() && *secure == true ? "https://" : "http://") + endpoint;
  }
  const std::string user = part_of_url(fields.text("access_key")) + ":" + part_of_url(fields.text("secret_key"));
  return "s3://" + (user == ":" ? "" : user + "@") + part_of_url(fields.text("bucket", true)) +
         "?endpoint=" + part_of_url(endpoint);
}

// `own`: what one kind says instead of `config`.
std::string queue_url(Json config, const Json& own, const std::string& path, std::vector<InputFault>& wrong) {
  config.update(own);
  Fields fields(config, path, wrong);
  fields.one_of("type", "rabbitmq", "rabbitmq");
  const std::string user = part_of_url(fields.text("username")) + ":" + part_of_url(fields.text("password"));
  const std::string port = fields.text("port");
  std::string url = "amqp://" + (user == ":" ? "" : user + "@") + part_of_url(fields.text("host", true)) +
                    (port.empty() ? "" : ":" + part_of_url(port)) + "/";
  const std::string exchange = fields.text("exchange");
  const std::string queue = fields.text("queue", exchange.empty());
  char mark = '?';
  if (!exchange.empty()) url += std::exchange(mark, '&') + ("exchange=" + part_of_url(exchange));
  if (!queue.empty()) url += mark + ("queue=" + part_of_url(queue));
  return url;
}

// true, "true", or an object that says more.
bool is_wanted(const Json& flag) { return flag == true || flag == "true" || flag.is_object(); }

void add_storage(const Json& s3, Json& match, std::vector<InputFault>& wrong) {
  const Json* const config = object_in(s3, "config");
  if (config == nullptr) return;
  const std::string url = bucket_url(*config, "log.s3.config", wrong);
  bool named = false;
  for (const KindRow& kind : kinds) {
    const auto flag = s3.find(kind.name);
    if (!kind.stored || flag == s3.end()) continue;
    named = true;
    if (is_wanted(*flag)) put(match["storage"], kind, url);
  }
  if (!named) match["storage"]["*"] = url;
}

void add_streams(const Json& stream, Json& match, std::vector<InputFault>& wrong) {
  const Json* const config = object_in(stream, "config");
  for (const KindRow& kind : kinds) {
    const auto flag = stream.find(kind.name);
    if (flag == stream.end() || !is_wanted(*flag)) continue;
    const Json own = flag->is_object() ? *flag : Json::object();
    if (config == nullptr && !own.contains("host")) continue;  // what the runner streams by itself
    const std::string path = "log.stream." + (flag->is_object() ? std::string(kind.name) : "config");
    const std::string url = queue_url(config == nullptr ? Json::object() : *config, own, path, wrong);
    put(match["streams"], kind, url);
  }
}

}  // namespace

void add_targets(const Json& data, Json& match, std::vector<InputFault>& wrong) {
  const Json* const log = object_in(data, "log");
  if (log == nullptr) return;
  if (const Json* const s3 = object_in(*log, "s3")) add_storage(*s3, match, wrong);
  if (const Json* const stream = object_in(*log, "stream")) add_streams(*stream, match, wrong);
}

}  // namespace matchrunner
