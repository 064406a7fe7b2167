// SPDX-License-Identifier: Apache-2.0
#include "adapters/s3/xml.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

namespace matchrunner::s3 {
namespace {

constexpr int max_depth = 16;
constexpr std::string_view spaces = " \t\r\n";

struct Entity {
  std::string_view name;
  char character;
};
constexpr Entity entities[] = {{"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"quot", '"'}, {"apos", '\''}};

void append_utf8(std::string& text, std::uint32_t code) {
  const auto byte = [&](std::uint32_t value) { text += static_cast<char>(static_cast<unsigned char>(value)); };
  if (code < 0x80) {
    byte(code);
  } else if (code < 0x800) {
    byte(0xc0 | code >> 6);
    byte(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    byte(0xe0 | code >> 12);
    byte(0x80 | (code >> 6 & 0x3f));
    byte(0x80 | (code & 0x3f));
  } else {
    byte(0xf0 | code >> 18);
    byte(0x80 | (code >> 12 & 0x3f));
    byte(0x80 | (code >> 6 & 0x3f));
    byte(0x80 | (code & 0x3f));
  }
}

bool append_entity(std::string& text, std::string_view name) {
  for (const Entity& entity : entities)
    if (entity.name == name) return text += entity.character, true;
  if (!name.starts_with('#')) return false;
  name.remove_prefix(1);
  const int base = name.starts_with('x') ? 16 : 10;
  if (base == 16) name.remove_prefix(1);
  std::uint32_t code = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), code, base);
  if (name.empty() || error != std::errc() || end != name.data() + name.size()) return false;
  if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return false;
  append_utf8(text, code);
  return true;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool read_document(XmlElement& root) {
    skip("\xef\xbb\xbf");
    return skip_between() && rest_.starts_with('<') && read_element(root, 0) && skip_between() && rest_.empty();
  }

 private:
  bool skip(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  bool skip_past(std::string_view end) {
    const auto at = rest_.find(end);
    if (at == rest_.npos) return false;
    rest_.remove_prefix(at + end.size());
    return true;
  }

  void skip_spaces() { rest_.remove_prefix(std::min(rest_.find_first_not_of(spaces), rest_.size())); }

  // Spaces, comments and processing instructions.
  bool skip_between() {
    while (true) {
      skip_spaces();
      if (skip("<?")) {
        if (!skip_past("?>")) return false;
      } else if (skip("<!--")) {
        if (!skip_past("-->")) return false;
      } else {
        return true;
      }
    }
  }

  std::string_view take_name() {
    const auto name = rest_.substr(0, rest_.find_first_of(" \t\r\n/>=<&\"'"));
    rest_.remove_prefix(name.size());
    return name;
  }

  // Attributes say nothing that is asked for here; only their form is looked at.
  bool skip_attributes() {
    while (true) {
      skip_spaces();
      if (rest_.empty()) return false;
      if (rest_.front() == '>' || rest_.front() == '/') return true;
      if (take_name().empty()) return false;
      skip_spaces();
      if (!skip("=")) return false;
      skip_spaces();
      if (!rest_.starts_with('"') && !rest_.starts_with('\'')) return false;
      const char quote = rest_.front();
      rest_.remove_prefix(1);
      if (!skip_past({&quote, 1})) return false;
    }
  }

  bool read_text(XmlElement& element) {
    const std::string_view part = rest_.substr(0, rest_.find_first_of("<&"));
    element.text += part;
    rest_.remove_prefix(part.size());
    if (!skip("&")) return true;
    const auto end = rest_.substr(0, 12).find(';');
    if (end == rest_.npos || !append_entity(element.text, rest_.substr(0, end))) return false;
    rest_.remove_prefix(end + 1);
    return true;
  }

  bool read_element(XmlElement& element, int depth) {
    if (depth >= max_depth || !skip("<")) return false;
    const std::string_view name = take_name();
    if (name.empty() || name.front() == '!' || name.front() == '?') return false;
    element.name = name.substr(name.find(':') + 1);  // npos + 1 is 0
    if (!skip_attributes()) return false;
    if (skip("/>")) return true;
    if (!skip(">")) return false;
    while (!rest_.empty()) {
      if (skip("</")) {
        if (take_name() != name) return false;
        skip_spaces();
        return skip(">");
      }
      if (skip("<!--")) {
        if (!skip_past("-->")) return false;
      } else if (skip("<![CDATA[")) {
        element.text += rest_.substr(0, rest_.find("]]>"));
        if (!skip_past("]]>")) return false;
      } else if (rest_.front() == '<') {
        if (!read_element(element.children.emplace_back(), depth + 1)) return false;
      } else if (!read_text(element)) {
        return false;
      }
    }
    return false;
  }

  std::string_view rest_;
};

}  // namespace

std::string_view XmlElement::child(std::string_view its_name) const {
  for (const XmlElement& each : children)
    if (each.name == its_name) return each.text;
  return {};
}

Result<XmlElement> read_xml(std::string_view text) {
  XmlElement root;
  if (Reader(text).read_document(root)) return root;
  return Error{ErrorCode::corrupt_data, "the server's answer is not XML that can be read", "s3"};
}

std::string xml_escaped(std::string_view text) {
  std::string all;
  for (const char c : text) {
    const Entity* found = nullptr;
    for (const Entity& entity : entities)
      if (entity.character == c) found = &entity;
    if (found != nullptr)
      all += "&" + std::string(found->name) + ";";
    else
      all += c;
  }
  return all;
}

}  // namespace matchrunner::s3
