// SPDX-License-Identifier: Apache-2.0
// What S3 servers answer: XML, and errors in it.
#include "adapters/s3/failure.hpp"
#include "adapters/s3/xml.hpp"
#include "fuzz/target.hpp"

using namespace matchrunner;
using namespace matchrunner::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(text_of(data, size));
  const auto root = s3::read_xml(text);
  if (!root) require_error(root.error(), ErrorCode::corrupt_data);
  if (root) require(!root->name.empty() || text.find(':') != text.npos, "an element has a name", text);

  const auto again = s3::read_xml("<a>" + s3::xml_escaped(text) + "</a>");
  require(again && again->text == text && again->children.empty(), "escaped text comes back", text);

  http::Answer answer;
  answer.status = size == 0 ? 0 : 100 + data[0] * 2;
  answer.headers = {{"retry-after", text}, {"x-amz-bucket-region", text}};
  answer.body = text;
  const auto failure = s3::failure_of(answer, "s3://bucket/key");
  require_one_line(failure.error.message);
  require(failure.pause >= milliseconds(0) && failure.pause <= std::chrono::minutes(1), "a pause has bounds", text);
  return 0;
}
