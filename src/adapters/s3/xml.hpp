// SPDX-License-Identifier: Apache-2.0
// XML as S3 servers answer it: elements and text, no document types. Bounded in depth; for bytes that may be hostile.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "matchrunner/base/result.hpp"

namespace matchrunner::s3 {

struct XmlElement {
  std::string name;  // without a namespace's prefix
  std::string text;  // of this element alone, entities resolved
  std::vector<XmlElement> children;

  // The text of the first child with that name; empty when there is none.
  std::string_view child(std::string_view its_name) const;
};

// The root. `corrupt_data`: not well-formed, deeper than 16, or with a document type.
Result<XmlElement> read_xml(std::string_view text);

// As text of an element.
std::string xml_escaped(std::string_view text);

}  // namespace matchrunner::s3
