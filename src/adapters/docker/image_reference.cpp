// SPDX-License-Identifier: Apache-2.0
#include "adapters/docker/image_reference.hpp"

#include <algorithm>

#include "adapters/docker/failure.hpp"
#include "base/wildcard.hpp"

namespace matchrunner::docker {
namespace {

constexpr std::string_view lower_letters_and_digits = "abcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::string_view separators = "._-";
constexpr std::string_view of_tags = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
constexpr std::string_view of_hosts = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]";
constexpr std::size_t longest_tag = 128;
constexpr std::size_t longest_repository = 255;
constexpr std::string_view digest_algorithm = "sha256:";
constexpr std::size_t digest_digits = 64;

bool made_of(std::string_view text, std::string_view letters) {
  return !text.empty() && text.find_first_not_of(letters) == text.npos;
}

bool is_repository(std::string_view text) {
  if (text.empty() || text.size() > longest_repository) return false;
  while (true) {
    const std::size_t slash = text.find('/');
    const std::string_view part = text.substr(0, slash);
    const bool begins_and_ends_well = !part.empty() && separators.find(part.front()) == separators.npos &&
                                      separators.find(part.back()) == separators.npos;
    const bool known_letters = std::all_of(part.begin(), part.end(), [](char c) {
      return lower_letters_and_digits.find(c) != std::string_view::npos || separators.find(c) != separators.npos;
    });
    if (!begins_and_ends_well || !known_letters) return false;
    if (slash == text.npos) return true;
    text.remove_prefix(slash + 1);
  }
}

bool is_tag(std::string_view text) {
  return text.size() <= longest_tag && made_of(text, of_tags) && text.front() != '.' && text.front() != '-';
}

bool is_digest(std::string_view text) {
  return text.starts_with(digest_algorithm) && text.size() == digest_algorithm.size() + digest_digits &&
         made_of(text.substr(digest_algorithm.size()), "0123456789abcdef");
}

}  // namespace

std::string ImageReference::full() const {
  return name() + (tag.empty() ? "" : ":" + tag) + (digest.empty() ? "" : "@" + digest);
}

// The part before the first slash names a registry when it looks like a host.
bool is_registry(std::string_view text) {
  return made_of(text, of_hosts) && std::string_view(".-:]").find(text.front()) == text.npos &&
         (text == "localhost" || text.find_first_of(".:") != text.npos);
}

std::string with_registry(const std::string& text, const std::string& registry) {
  const std::size_t slash = text.find('/');
  const bool names_one = slash != text.npos && is_registry(std::string_view(text).substr(0, slash));
  return registry.empty() || names_one ? text : registry + "/" + text;
}

Result<ImageReference> read_reference(std::string_view text, const std::string& field) {
  const Error bad = invalid(field + ": expected [registry/]repository[:tag][@sha256:digest], found '" +
                            std::string(text.substr(0, longest_repository)) + "'");
  ImageReference reference;
  std::string_view rest = text;
  if (const std::size_t at = rest.find('@'); at != rest.npos) {
    reference.digest = rest.substr(at + 1);
    if (!is_digest(reference.digest)) return bad;
    rest = rest.substr(0, at);
  }
  const std::size_t slash = rest.find('/');
  if (slash != rest.npos && is_registry(rest.substr(0, slash))) {
    reference.registry = rest.substr(0, slash);
    rest.remove_prefix(slash + 1);
  }
  if (const std::size_t colon = rest.rfind(':'); colon != rest.npos) {
    reference.tag = rest.substr(colon + 1);
    if (!is_tag(reference.tag)) return bad;
    rest = rest.substr(0, colon);
  }
  if (!is_repository(rest)) return bad;
  reference.repository = rest;
  if (reference.registry.empty()) {
    reference.registry = "docker.io";
    if (rest.find('/') == rest.npos) reference.repository = "library/" + reference.repository;
  }
  if (reference.tag.empty() && reference.digest.empty()) reference.tag = "latest";
  return reference;
}

bool may_run(std::string_view text, const ImageReference& reference, std::span<const std::string> patterns) {
  const std::string full = reference.full();
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    return matches_wildcard(text, pattern) || matches_wildcard(full, pattern);
  });
}

}  // namespace matchrunner::docker
