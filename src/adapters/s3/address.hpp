// SPDX-License-Identifier: Apache-2.0
// Address: where a bucket and its objects are, on the wire and in URIs. A value.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "adapters/s3/sigv4.hpp"
#include "matchrunner/adapters/s3.hpp"

namespace matchrunner::s3 {

class Address {
 public:
  // With what the environment says of endpoint and region. `invalid_argument` names the option.
  static Result<Address> of(const S3Options& options);

  const std::string& region() const { return region_; }
  std::string origin() const { return scheme_ + "://" + host_; }

  // An object, or the bucket when `key` is empty.
  Target target(std::string method, const std::string& key, Query query = {}) const;

  // The key of match/epoch/name.
  std::string key_of(const std::string& path) const;

  std::string uri_of(const std::string& key) const;

  // The key of an artifact's URI; nothing for any other text.
  std::optional<std::string> key_of_uri(const std::string& uri) const;

 private:
  std::string bucket_;
  std::string prefix_;  // with its '/' when not empty
  std::string region_;
  std::string scheme_;
  std::string host_;  // with the bucket in front in virtual-host style
  bool in_path_ = true;
};

}  // namespace matchrunner::s3
