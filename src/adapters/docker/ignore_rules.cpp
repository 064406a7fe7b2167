// SPDX-License-Identifier: Apache-2.0
#include "adapters/docker/ignore_rules.hpp"

#include <algorithm>
#include <filesystem>

#include "adapters/docker/failure.hpp"
#include "base/utf8.hpp"

namespace matchrunner::docker {
namespace {

constexpr std::string_view spaces = " \t\r\v\f";
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::size_t longest_pattern_line = 4096;  // each character of a path costs a look at each step of a pattern
constexpr std::size_t longest_quoted = 100;
constexpr char32_t no_character = 0x110000;  // and all above it

std::string_view without_spaces(std::string_view text) {
  const std::size_t first = text.find_first_not_of(spaces);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(spaces) - first + 1);
}

// "/a//b/./c/" -> "a/b/c": all patterns begin at the folder.
std::string cleaned(std::string_view pattern) {
  std::string path = std::filesystem::path(pattern).lexically_normal().string();
  path.erase(0, path.find_first_not_of('/'));
  if (path.ends_with('/')) path.pop_back();
  return path;
}

// Takes the first character off; a byte that is of none stands for itself.
char32_t take_character(std::string_view& text) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const std::size_t size = utf8_size(text);
  char32_t character = size == 0 ? no_character + byte(0) : size == 1 ? byte(0) : byte(0) & (0x7fU >> size);
  for (std::size_t i = 1; i < size; ++i) character = character << 6U | (byte(i) & 0x3fU);
  text.remove_prefix(std::max<std::size_t>(size, 1));
  return character;
}

Error no_pattern(std::string_view line) {
  std::size_t shown = 0;
  while (shown < std::min(line.size(), longest_quoted))
    shown += std::max<std::size_t>(utf8_size(line.substr(shown)), 1);
  return invalid(".dockerignore: expected a pattern, found '" + std::string(line.substr(0, shown)) + "'");
}

}  // namespace

bool IgnoreRules::Step::takes(char32_t c) const {
  const auto has = [c](const std::pair<char32_t, char32_t>& range) { return range.first <= c && c <= range.second; };
  switch (kind) {
    case Kind::letter:
      return c == letter;
    case Kind::any_letter:
    case Kind::letters:
      return c != '/';
    case Kind::folders:
    case Kind::anything:
      return true;
    case Kind::set:  // a slash, too
      return std::any_of(set.begin(), set.end(), has) != set_is_negated;
  }
  return false;
}

Result<IgnoreRules> IgnoreRules::read(std::string_view text) {
  IgnoreRules rules;
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view whole = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::string_view line = without_spaces(whole);
    if (line.empty() || whole.front() == '#') continue;
    if (line.size() > longest_pattern_line)
      return invalid(".dockerignore: expected lines of at most " + std::to_string(longest_pattern_line) +
                     " bytes, found " + std::to_string(line.size()) + " in line " + std::to_string(number));
    auto rule = read_rule(line);
    if (!rule) return std::move(rule).error();
    rules.has_exceptions_ |= rule->takes_back;
    rules.rules_.push_back(*std::move(rule));
  }
  return rules;
}

Result<IgnoreRules::Rule> IgnoreRules::read_rule(std::string_view line) {
  using Kind = Step::Kind;
  Rule rule;
  rule.takes_back = line.front() == '!';
  const std::string_view written = rule.takes_back ? without_spaces(line.substr(1)) : line;
  if (written.empty()) return no_pattern(line);
  const std::string pattern = cleaned(written);
  for (std::string_view rest = pattern; !rest.empty();) {
    const char32_t c = take_character(rest);
    Step step{Kind::letter, c};
    if (c == '*' && rest.starts_with('*')) {
      rest.remove_prefix(1);
      const bool is_suffix = rule.steps.empty() && !rest.starts_with('/') && rest.find_first_of("*?[]\\") == rest.npos;
      if (rest.starts_with('/')) rest.remove_prefix(1);
      step.kind = rest.empty() || is_suffix ? Kind::anything : Kind::folders;
    } else if (c == '*') {
      step.kind = Kind::letters;
    } else if (c == '?') {
      step.kind = Kind::any_letter;
    } else if (c == '[') {
      auto set = read_set(rest);
      if (!set) return no_pattern(line);
      step = *std::move(set);
    } else if (c == '\\') {
      if (rest.empty()) return no_pattern(line);
      step.letter = take_character(rest);
    }
    rule.steps.push_back(std::move(step));
  }
  return rule;
}

// What stands behind "[", with its "]".
Result<IgnoreRules::Step> IgnoreRules::read_set(std::string_view& rest) {
  Step step;
  step.kind = Step::Kind::set;
  const auto next = [&rest]() -> Result<char32_t> {
    if (rest.starts_with('-') || rest.starts_with(']')) return no_pattern("[");
    if (rest.starts_with('\\')) rest.remove_prefix(1);
    const char32_t c = rest.empty() ? no_character : take_character(rest);
    return c < no_character ? Result<char32_t>(c) : no_pattern("[");
  };
  if (rest.starts_with('^')) {
    step.set_is_negated = true;
    rest.remove_prefix(1);
  }
  do {
    const auto from = next();
    if (!from) return from.error();
    auto to = from;
    if (rest.starts_with('-')) {
      rest.remove_prefix(1);
      to = next();
      if (!to) return to.error();
    }
    if (*to < *from) return no_pattern("[");
    step.set.emplace_back(*from, *to);
  } while (!rest.starts_with(']'));
  rest.remove_prefix(1);
  return step;
}

// Keeps all places in the pattern that the text so far may have led to, so that no pattern takes long.
bool IgnoreRules::fits(const std::vector<Step>& steps, std::string_view path) {
  using Kind = Step::Kind;
  const auto may_be_empty = [&](std::size_t at) {
    return steps[at].kind == Kind::letters || steps[at].kind == Kind::folders || steps[at].kind == Kind::anything;
  };
  std::vector<bool> places(steps.size() + 1), next(steps.size() + 1);
  std::vector<bool> inside(steps.size());  // a folder's name that `folders` has begun
  const auto enter = [&](std::vector<bool>& to, std::size_t at) {
    for (; !to[at]; ++at) {  // from one that was entered it has gone on already
      to[at] = true;
      if (at == steps.size() || !may_be_empty(at)) return;
    }
  };
  enter(places, 0);
  while (true) {
    const bool at_end = path.empty();
    if (places[steps.size()] && (at_end || path.front() == '/')) return true;  // it, or a folder above it
    if (at_end) return false;
    const char32_t c = take_character(path);
    std::fill(next.begin(), next.end(), false);
    for (std::size_t at = 0; at < steps.size(); ++at) {
      if (steps[at].kind == Kind::folders) {
        inside[at] = inside[at] || places[at];
        if (inside[at] && c == '/') enter(next, at + 1);
      } else if (places[at] && steps[at].takes(c)) {
        const bool stays = steps[at].kind == Kind::letters || steps[at].kind == Kind::anything;
        enter(next, stays ? at : at + 1);
      }
    }
    places.swap(next);
  }
}

bool IgnoreRules::leaves_out(std::string_view path) const {
  bool out = false;
  for (const Rule& rule : rules_)
    if (rule.takes_back == out && fits(rule.steps, path)) out = !out;
  return out;
}

}  // namespace matchrunner::docker
