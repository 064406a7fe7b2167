// SPDX-License-Identifier: Apache-2.0
#include "codec/path.hpp"

#include "codec/json_text.hpp"
#include "codec/text_forms.hpp"

namespace matchrunner::codec {

void Path::enter(std::string_view name) {
  lengths_.push_back(text_.size());
  if (!is_plain_name(name)) {
    text_ += "[" + in_quotes(name) + "]";
    return;
  }
  if (!text_.empty()) text_ += '.';
  text_ += name;
}

void Path::enter(std::size_t index) {
  lengths_.push_back(text_.size());
  text_ += "[" + std::to_string(index) + "]";
}

void Path::leave() {
  text_.resize(lengths_.back());
  lengths_.pop_back();
}

}  // namespace matchrunner::codec
