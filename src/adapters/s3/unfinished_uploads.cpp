// SPDX-License-Identifier: Apache-2.0
#include "adapters/s3/unfinished_uploads.hpp"

#include "adapters/s3/xml.hpp"

namespace matchrunner::s3 {

void remove_unfinished(const Client& client, const std::string& key, const Context& context) {
  const Client::Session session = client.session();
  const Call list{.query = {{"uploads", ""}, {"prefix", key}}};
  const auto listed = client.perform(*session, list, context, 1).answer;
  if (!listed) return;
  const auto body = read_xml(listed->body);
  if (!body) return;
  for (const XmlElement& upload : body->children) {
    if (upload.name != "Upload" || upload.child("Key") != key) continue;
    const Call remove{.method = "DELETE", .key = key, .query = {{"uploadId", std::string(upload.child("UploadId"))}}};
    (void)client.perform(*session, remove, context, 1);
  }
}

}  // namespace matchrunner::s3
