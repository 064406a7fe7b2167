// SPDX-License-Identifier: Apache-2.0
#include "codec/values.hpp"

#include "base/utf8.hpp"

namespace matchrunner::codec {

Json text_value(const std::string& text, const Shape& shape) {
  if (shape.kind == Kind::any_object) return embedded(text, {.depth = max_object_depth});
  if (is_utf8(text) || shape.form == &any_text_form) return Json(text);
  return Json::binary({text.begin(), text.end()});
}

}  // namespace matchrunner::codec
