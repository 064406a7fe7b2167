// SPDX-License-Identifier: Apache-2.0
#include "adapters/s3/xml.hpp"
#include "catch.hpp"

using namespace matchrunner;
using namespace matchrunner::s3;

TEST_CASE("elements, text, entities, comments and CDATA are read") {
  const auto root = read_xml(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- no -->\n<s:List xmlns:s='http://x/?a=\"1\"'>"
      "<Key>a&amp;b&#x20AC;&#65;</Key><Empty /><Part><N>1</N></Part><Part ><N><![CDATA[<2>]]></N></Part></s:List>\n");
  REQUIRE(root);
  CHECK(root->name == "List");
  CHECK(root->child("Key") ==
        "a&b\xe2\x82\xac"
        "A");
  CHECK(root->child("Empty").empty());
  REQUIRE(root->children.size() == 4);
  CHECK(root->children[2].child("N") == "1");
  CHECK(root->children[3].child("N") == "<2>");
}

TEST_CASE("what is not well-formed, or not asked for, is corrupt data") {
  for (const char* text : {"",
                           " ",
                           "x",
                           "<",
                           "<a",
                           "<a>",
                           "<a></b>",
                           "<a/><b/>",
                           "<a/>x",
                           "<a b></a>",
                           "<a b=1/>",
                           "<a b='1/>",
                           "<a>&unknown;</a>",
                           "<a>&#xD800;</a>",
                           "<a>&#x110000;</a>",
                           "<a>&#;</a>",
                           "<a>&amp</a>",
                           "<a><!-- </a>",
                           "<a><![CDATA[ </a>",
                           "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>",
                           "<a><!ELEMENT b></a>",
                           "<?xml <a/>",
                           "</a>"}) {
    INFO(text);
    const auto root = read_xml(text);
    REQUIRE_FALSE(root);
    CHECK(root.error().code == ErrorCode::corrupt_data);
  }
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  CHECK_FALSE(read_xml(deep));
}

TEST_CASE("text that is escaped is read as it was") {
  const std::string text = "<\"&'> \xe2\x82\xac &amp;";
  const auto root = read_xml("<a>" + xml_escaped(text) + "</a>");
  REQUIRE(root);
  CHECK(root->text == text);
}
