// SPDX-License-Identifier: Apache-2.0
#include "pages/dictionary.hpp"

#include <set>
#include <string_view>

namespace matchrunner::pages {
namespace {

using Words = std::set<std::string_view>;

void gather(const codec::Shape& shape, Words& words);

void gather(const codec::Object& object, Words& words) {
  for (const codec::Field& field : object.fields) {
    words.insert(field.name);
    gather(field.shape, words);
  }
}

void gather(const codec::Shape& shape, Words& words) {
  words.insert(shape.words.begin(), shape.words.end());
  if (shape.object != nullptr) gather(*shape.object, words);
  if (shape.items != nullptr) gather(*shape.items, words);
}

}  // namespace

std::string dictionary(std::span<const codec::Object* const> objects) {
  Words words;
  for (const codec::Object* object : objects) gather(*object, words);
  std::string text = "# SPDX-License-Identifier: Apache-2.0\n# Generated from the tables of fields, for libFuzzer.\n";
  for (const std::string_view word : words) text.append("\"\\\"").append(word).append("\\\"\"\n");
  return text;
}

}  // namespace matchrunner::pages
