// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <random>

#include "conformance/artifact_trial.hpp"

namespace matchrunner::conformance {
namespace {

void bytes_come_back_as_they_were(ArtifactSubject& subject, Expect& expect) {
  const ArtifactTrial trial(subject, expect);
  if (!trial) return;
  std::string every_byte;
  for (int byte = 0; byte < 256; ++byte) every_byte += static_cast<char>(byte);
  expect(trial.contents(expect, trial.store(expect, key("log"), {every_byte})) == every_byte, "every byte");
  expect(trial.contents(expect, trial.store(expect, key("empty"), {})).empty(), "none at all");
  expect(trial.contents(expect, trial.store(expect, key("parts"), {"one", "", "two", "three"})) == "onetwothree",
         "several writes, in order");
}

void large_artifacts_are_kept(ArtifactSubject& subject, Expect& expect) {
  const ArtifactTrial trial(subject, expect);
  if (!trial) return;
  std::string bytes(20 << 20, 'x');
  bytes += "end";
  const std::string uri = trial.store(expect, key("replay"), {bytes});
  expect(trial.read(expect, uri, 20 << 20, 100) == "end", "its end is where it was");
  expect(trial.contents(expect, uri) == bytes, "all of it");
}

void reading_begins_at_the_offset(ArtifactSubject& subject, Expect& expect) {
  const ArtifactTrial trial(subject, expect);
  if (!trial) return;
  const std::string uri = trial.store(expect, key("log"), {"0123456789"});
  expect(trial.read(expect, uri, 0, 4) == "0123", "the first");
  expect(trial.read(expect, uri, 4, 4) == "4567", "the next");
  expect(trial.read(expect, uri, 8, 4) == "89", "the rest");
  expect(trial.read(expect, uri, 10, 4).empty(), "nothing at the end");
  expect(trial.read(expect, uri, std::uint64_t{1} << 60, 4).empty(), "nothing far behind it");
  expect(trial.read(expect, uri, 3, 0).empty(), "nothing of no size");
  expect(trial.read(expect, uri, 0, SIZE_MAX) == "0123456789", "all of any size");
}

void names_may_hold_any_text(ArtifactSubject& subject, Expect& expect) {
  const ArtifactTrial trial(subject, expect);
  if (!trial) return;
  for (const std::string name : {"logs/white.stdout", "a b", "100%", "%2e%2e", "#1?x=y&z", "\xe2\x82\xac", "a\nb",
                                 "...", "a/.../b", ".hidden", "-rf", "a:b\\c", "deep/er/and/deep/er/file"}) {
    const std::string uri = trial.store(expect, key(name), {"of " + name});
    expect(trial.contents(expect, uri) == "of " + name, "name " + name);
  }
}

void a_bad_key_is_invalid(ArtifactSubject& subject, Expect& expect) {
  const ArtifactTrial trial(subject, expect);
  if (!trial) return;
  for (const std::string& name :
       {std::string(), std::string("/"), std::string("/etc/passwd"), std::string("a/"), std::string("a//b"),
        std::string("."), std::string(".."), std::string("../x"), std::string("a/../b"), std::string("a/.."),
        std::string("a/./b"), std::string("a\0b", 3), std::string(300, 'x')})
    fails(expect, trial.sink().open(key(name), {}, patient()), ErrorCode::invalid_argument, "name \"" + name + "\"");
  for (const std::string match : {"", "..", ".", "a/b", "../x", ".partial", "a b"}) {
    ArtifactKey bad = key("log");
    bad.match = match;
    fails(expect, trial.sink().open(bad, {}, patient()), ErrorCode::invalid_argument, "match \"" + match + "\"");
  }
}

void keys_do_not_share_bytes(ArtifactSubject& subject, Expect& expect) {
  const ArtifactTrial trial(subject, expect);
  if (!trial) return;
  const ArtifactKey keys[] = {{"m1", 1, "log"}, {"m1", 2, "log"}, {"m2", 1, "log"}, {"m1", 1, "log2"}};
  std::vector<std::string> uris;
  for (const ArtifactKey& each : keys)
    uris.push_back(trial.store(expect, each, {each.match + std::to_string(each.epoch) + each.name}));
  for (std::size_t i = 0; i < uris.size(); ++i)
    expect(trial.contents(expect, uris[i]) == keys[i].match + std::to_string(keys[i].epoch) + keys[i].name,
           "each key has its own bytes");
}

void closing_again_replaces_what_was_there(ArtifactSubject& subject, Expect& expect) {
  const ArtifactTrial trial(subject, expect);
  if (!trial) return;
  const std::string first = trial.store(expect, key("log"), {"the first, which is longer"});
  const std::string second = trial.store(expect, key("log"), {"the second"});
  expect(first == second, "the same key has the same URI");
  expect(trial.contents(expect, second) == "the second", "nothing is left of the first");
}

void what_is_not_closed_is_not_seen(ArtifactSubject& subject, Expect& expect) {
  const ArtifactTrial trial(subject, expect);
  if (!trial) return;
  const std::string uri = trial.store(expect, key("log"), {"old"});
  auto writer = trial.begin(expect, key("log"), "new");
  if (writer == nullptr) return;
  expect(trial.contents(expect, uri) == "old", "readers see the old one until the new one is closed");
  succeeds(expect, writer->close(patient()), "close");
  expect(trial.contents(expect, uri) == "new", "and the new one then");
}

void an_aborted_writer_leaves_nothing(ArtifactSubject& subject, Expect& expect) {
  const ArtifactTrial trial(subject, expect);
  if (!trial) return;
  const std::string uri = trial.store(expect, key("log"), {"old"});
  if (auto writer = trial.begin(expect, key("log"), "aborted")) {
    writer->abort();
    writer->abort();
  }
  trial.begin(expect, key("log"), "destroyed").reset();
  expect(trial.contents(expect, uri) == "old", "what was there stays");
  expect(trial.contents(expect, trial.store(expect, key("log"), {"next"})) == "next", "the next begins with nothing");
}

void a_writer_may_outlive_its_sink(ArtifactSubject& subject, Expect& expect) {
  std::unique_ptr<ArtifactWriter> writer;
  if (const ArtifactTrial trial(subject, expect); trial) writer = trial.begin(expect, key("log"), "bytes");
  if (writer != nullptr) succeeds(expect, writer->close(patient()), "close");
}

void two_artifacts_can_be_written_at_once(ArtifactSubject& subject, Expect& expect) {
  const ArtifactTrial trial(subject, expect);
  if (!trial) return;
  const auto one = trial.begin(expect, key("one"), "1");
  const auto two = trial.begin(expect, key("two"), "2");
  if (one == nullptr || two == nullptr) return;
  succeeds(expect, one->write(as_bytes("1"), patient()), "write");
  const auto second = two->close(patient());
  const auto first = one->close(patient());
  if (!succeeds(expect, first, "close one") || !succeeds(expect, second, "close two")) return;
  expect(trial.contents(expect, *first) == "11" && trial.contents(expect, *second) == "2", "each has its own bytes");
}

void as_many_threads_write_as_it_has_writers(ArtifactSubject& subject, Expect& expect) {
  const ArtifactTrial trial(subject, expect);
  if (!trial) return;
  constexpr std::uint32_t most_threads = 16;
  const auto threads = static_cast<int>(std::min(trial.sink().capabilities().writers, most_threads));
  from_threads(threads, expect, [&](int number, Expect& found) {
    for (const char* const each : {"a", "b", "c"}) {
      const std::string name = each + std::to_string(number);
      const std::string uri = trial.store(found, key(name), {"of ", name});
      found(trial.contents(found, uri) == "of " + name, name + " has its own bytes");
    }
  });
}

void a_removed_artifact_is_gone(ArtifactSubject& subject, Expect& expect) {
  const ArtifactTrial trial(subject, expect);
  if (!trial) return;
  const std::string kept = trial.store(expect, key("logs/a"), {"kept"});
  const std::string gone = trial.store(expect, key("logs/b"), {"gone"});
  succeeds(expect, trial.sink().remove(gone, patient()), "remove");
  fails(expect, trial.sink().read(gone, 0, 1, patient()), ErrorCode::not_found, "read what was removed");
  succeeds(expect, trial.sink().remove(gone, patient()), "remove it again");
  expect(trial.contents(expect, kept) == "kept", "its neighbor stays");
  succeeds(expect, trial.sink().remove(kept, patient()), "remove the last of its folder");
  expect(trial.contents(expect, trial.store(expect, key("logs/b"), {"back"})) == "back", "the key can be used again");
}

// No URI leads out of the sink, whatever it is made of.
void an_unknown_uri_is_not_found(ArtifactSubject& subject, Expect& expect) {
  const ArtifactTrial trial(subject, expect);
  if (!trial) return;
  const std::string uri = trial.store(expect, key("log"), {"bytes"});
  for (const std::string& other :
       {std::string(), std::string("x"), std::string("file:///etc/passwd"), std::string("/etc/passwd"), uri + "x",
        uri + "/x", uri + "/../../../../../../../../../etc/passwd", uri + "%", uri + "%00",
        uri.substr(0, uri.size() - 3), uri + "/..", uri + "/../log"}) {
    fails(expect, trial.sink().read(other, 0, 100, patient()), ErrorCode::not_found, "read \"" + other + "\"");
    succeeds(expect, trial.sink().remove(other, patient()), "remove \"" + other + "\"");
  }
  expect(trial.contents(expect, uri) == "bytes", "none of them was this one");
}

void what_it_cannot_do_is_unsupported(ArtifactSubject& subject, Expect& expect) {
  const ArtifactTrial trial(subject, expect);
  if (!trial) return;
  const auto can = trial.sink().capabilities();
  const std::string uri = trial.store(expect, key("log"), {"bytes"});
  if (!can.reads) fails(expect, trial.sink().read(uri, 0, 1, patient()), ErrorCode::unsupported, "read");
  if (!can.removes) fails(expect, trial.sink().remove(uri, patient()), ErrorCode::unsupported, "remove");
  const auto link = trial.sink().link(uri, an_hour_long, patient());
  if (!can.links) fails(expect, link, ErrorCode::unsupported, "link");
  if (can.links && succeeds(expect, link, "link")) expect(!link->empty(), "a link is a URL");
}

void a_call_that_is_stopped_or_late_does_nothing(ArtifactSubject& subject, Expect& expect) {
  const ArtifactTrial trial(subject, expect);
  if (!trial) return;
  fails(expect, trial.sink().open(key("log"), {}, stopped()), ErrorCode::cancelled, "open, stopped");
  fails(expect, trial.sink().open(key("log"), {}, past()), ErrorCode::timeout, "open, late");
  const auto writer = trial.begin(expect, key("log"), "bytes");
  if (writer == nullptr) return;
  fails(expect, writer->close(stopped()), ErrorCode::cancelled, "close, stopped");
  writer->abort();
}

std::string noise(std::size_t size) {
  std::mt19937_64 random(20261127);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same in each run
  std::string bytes(size, '\0');
  for (char& c : bytes) c = static_cast<char>(random());
  return bytes;
}

void an_interrupted_writer_is_resumed(ArtifactSubject& subject, Expect& expect) {
  const ArtifactTrial trial(subject, expect);
  if (!trial) return;
  const std::string bytes = noise(18 << 20);  // what cannot be made shorter
  auto writer = trial.begin(expect, key("replay"), bytes);
  if (writer == nullptr) return;
  const std::string token = writer->resume_token();
  expect(!token.empty(), "a sink that resumes gives a token");
  trial.crash(std::move(writer));

  auto again = trial.sink().open(key("replay"), token, patient());
  if (!succeeds(expect, again, "resume")) return;
  const auto safe = (*again)->offset();
  if (!expect(safe <= bytes.size(), "it has no more than was written")) return;
  succeeds(expect, (*again)->write(as_bytes(std::string_view(bytes).substr(safe)), patient()), "write the rest");
  const auto uri = (*again)->close(patient());
  if (succeeds(expect, uri, "close")) expect(trial.contents(expect, *uri) == bytes, "it is whole");
  fails(expect, trial.sink().open(key("replay"), token, patient()), ErrorCode::not_found, "resume what is closed");
}

void a_token_that_leads_nowhere_is_not_found(ArtifactSubject& subject, Expect& expect) {
  const ArtifactTrial trial(subject, expect);
  if (!trial) return;
  for (const std::string token : {"x", "0", "99999999", "-1", "../../etc/passwd"})
    fails(expect, trial.sink().open(key("log"), token, patient()), ErrorCode::not_found, "token " + token);
}

bool reads(const ArtifactSinkCapabilities& sink) { return sink.reads; }
bool reads_and_takes_several(const ArtifactSinkCapabilities& sink) { return sink.reads && sink.writers > 1; }
bool reads_and_removes(const ArtifactSinkCapabilities& sink) { return sink.reads && sink.removes; }
bool reads_and_resumes(const ArtifactSinkCapabilities& sink) { return sink.reads && sink.resumes; }

}  // namespace

std::span<const ArtifactCheck> artifact_sink_checks() {
  static constexpr ArtifactCheck checks[] = {
      {"bytes_come_back_as_they_were", reads, bytes_come_back_as_they_were},
      {"large_artifacts_are_kept", reads, large_artifacts_are_kept},
      {"reading_begins_at_the_offset", reads, reading_begins_at_the_offset},
      {"names_may_hold_any_text", reads, names_may_hold_any_text},
      {"a_bad_key_is_invalid", always, a_bad_key_is_invalid},
      {"keys_do_not_share_bytes", reads, keys_do_not_share_bytes},
      {"closing_again_replaces_what_was_there", reads, closing_again_replaces_what_was_there},
      {"what_is_not_closed_is_not_seen", reads, what_is_not_closed_is_not_seen},
      {"an_aborted_writer_leaves_nothing", reads, an_aborted_writer_leaves_nothing},
      {"a_writer_may_outlive_its_sink", always, a_writer_may_outlive_its_sink},
      {"two_artifacts_can_be_written_at_once", reads, two_artifacts_can_be_written_at_once},
      {"as_many_threads_write_as_it_has_writers", reads_and_takes_several, as_many_threads_write_as_it_has_writers},
      {"a_removed_artifact_is_gone", reads_and_removes, a_removed_artifact_is_gone},
      {"an_unknown_uri_is_not_found", reads_and_removes, an_unknown_uri_is_not_found},
      {"what_it_cannot_do_is_unsupported", always, what_it_cannot_do_is_unsupported},
      {"a_call_that_is_stopped_or_late_does_nothing", always, a_call_that_is_stopped_or_late_does_nothing},
      {"an_interrupted_writer_is_resumed", reads_and_resumes, an_interrupted_writer_is_resumed},
      {"a_token_that_leads_nowhere_is_not_found", always, a_token_that_leads_nowhere_is_not_found},
  };
  return checks;
}

}  // namespace matchrunner::conformance
