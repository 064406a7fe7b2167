// SPDX-License-Identifier: Apache-2.0
#include "adapters/s3/address.hpp"

#include <algorithm>

#include "adapters/s3/credentials.hpp"
#include "adapters/s3/failure.hpp"
#include "adapters/s3/object_key.hpp"
#include "base/percent.hpp"
#include "domain/artifact_name.hpp"

namespace matchrunner::s3 {
namespace {

constexpr std::string_view host_letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";

bool only(std::string_view text, std::string_view letters) { return text.find_first_not_of(letters) == text.npos; }

bool is_bucket(std::string_view name) {
  return name.size() >= 3 && name.size() <= 255 && only(name, std::string(host_letters) + "_") && name != "...";
}

struct Endpoint {
  std::string scheme;
  std::string host;  // with its port, unless that is the scheme's own
};

std::optional<Endpoint> read_endpoint(std::string_view text) {
  Endpoint endpoint;
  std::string_view usual_port;
  if (text.starts_with("https://")) {
    endpoint.scheme = "https";
    usual_port = ":443";
  } else if (text.starts_with("http://")) {
    endpoint.scheme = "http";
    usual_port = ":80";
  } else {
    return std::nullopt;
  }
  text.remove_prefix(endpoint.scheme.size() + 3);
  if (text.ends_with('/')) text.remove_suffix(1);
  const auto bracket = text.starts_with('[') ? text.find(']') : 0;  // an IPv6 address has colons of its own
  if (bracket == text.npos) return std::nullopt;
  const auto colon = text.find(':', bracket);
  const std::string_view name = text.substr(0, colon);
  const std::string_view port = colon == text.npos ? std::string_view() : text.substr(colon);
  const bool numeric = bracket > 0;
  const bool good_name = numeric ? only(name.substr(1, bracket - 1), "0123456789abcdefABCDEF:.") && name.size() > 2
                                 : !name.empty() && only(name, std::string(host_letters) + "_");
  if (!good_name || (!port.empty() && (port.size() == 1 || port.size() > 6 || !only(port.substr(1), "0123456789"))))
    return std::nullopt;
  endpoint.host = name;
  if (port != usual_port) endpoint.host += port;
  return endpoint;
}

}  // namespace

Result<Address> Address::of(const S3Options& options) {
  Address address;
  if (!is_bucket(options.bucket))
    return invalid("bucket: expected 3 or more letters, digits, '.', '-' or '_', found '" + options.bucket + "'");
  address.bucket_ = options.bucket;
  std::string_view prefix = options.prefix;
  while (prefix.starts_with('/')) prefix.remove_prefix(1);
  while (prefix.ends_with('/')) prefix.remove_suffix(1);
  if (!prefix.empty() && (!is_prefix(prefix) || !is_valid_artifact_name(prefix)))
    return invalid("prefix: expected at most " + std::to_string(longest_prefix) +
                   " bytes of UTF-8 without empty, \".\" or \"..\" parts, found '" + options.prefix + "'");
  if (!prefix.empty()) address.prefix_ = std::string(prefix) + "/";

  address.region_ = options.region.empty() ? variable({"AWS_REGION", "AWS_DEFAULT_REGION"}) : options.region;
  if (address.region_.empty()) address.region_ = "us-east-1";
  if (!only(address.region_, std::string(host_letters) + "_"))
    return invalid("region: expected a name such as eu-central-1, found '" + address.region_ + "'");

  std::string text =
      options.endpoint.empty() ? variable({"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"}) : options.endpoint;
  const bool at_aws = text.empty();
  if (at_aws) text = "https://s3." + address.region_ + ".amazonaws.com";
  const auto endpoint = read_endpoint(text);
  if (!endpoint) return invalid("endpoint: expected http[s]://host[:port], found '" + text + "'");
  address.scheme_ = endpoint->scheme;
  address.host_ = endpoint->host;
  address.in_path_ = options.style == S3Style::path || (options.style == S3Style::automatic && !at_aws);
  if (!address.in_path_) address.host_ = address.bucket_ + "." + address.host_;
  return address;
}

Target Address::target(std::string method, const std::string& key, Query query) const {
  const std::string bucket = in_path_ ? "/" + bucket_ : "";
  return {std::move(method), host_, bucket + "/" + percent_encode(key), std::move(query)};
}

std::string Address::key_of(const std::string& path) const { return object_key(prefix_, path); }

std::string Address::uri_of(const std::string& key) const { return "s3://" + bucket_ + "/" + percent_encode(key); }

std::optional<std::string> Address::key_of_uri(const std::string& uri) const {
  const std::string start = "s3://" + bucket_ + "/";
  if (!uri.starts_with(start)) return std::nullopt;
  auto key = percent_decode(std::string_view(uri).substr(start.size()));
  if (!key || !key->starts_with(prefix_) || !is_artifact_path(std::string_view(*key).substr(prefix_.size())))
    return std::nullopt;
  if (!is_object_key(*key)) return std::nullopt;
  return key;
}

}  // namespace matchrunner::s3
