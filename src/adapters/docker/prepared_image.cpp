// SPDX-License-Identifier: Apache-2.0
#include "adapters/docker/prepared_image.hpp"

#include <algorithm>
#include <set>

#include "adapters/docker/failure.hpp"
#include "adapters/docker/kept_files.hpp"
#include "adapters/docker/leftovers.hpp"
#include "adapters/docker/seat_archive.hpp"

namespace matchrunner::docker {
namespace {

constexpr std::chrono::minutes try_again_after{1};
constexpr std::chrono::seconds longest_step{30};

bool has_words(const Json& config, const char* name) {
  const Json* const words = part_of(config, name);
  return words != nullptr && words->is_array() && !words->empty();
}

// One that says no program could not be told from one that says the container's; a volume of its own in that place
// would hide what is put there.
bool can_be_prepared(const Json& base) {
  const Json* const config = part_of(base, "Config");
  if (config == nullptr || !(has_words(*config, "Entrypoint") || has_words(*config, "Cmd"))) return false;
  const Json* const volumes = part_of(*config, "Volumes");
  if (volumes == nullptr || !volumes->is_object()) return true;
  for (const auto& [place, settings] : volumes->items())
    if (place.starts_with(volume_folder) || std::string_view(volume_folder).starts_with(place)) return false;
  return true;
}

Error not_ours(const std::string& what) { return {ErrorCode::unsupported, what, origin}; }

// "<none>:<none>" is what older engines call no name.
bool has_name(const Json& image) {
  for (const char* kind : {"RepoTags", "RepoDigests"})
    if (const Json* const names = part_of(image, kind); names != nullptr && names->is_array())
      for (const Json& name : *names)
        if (name.is_string() && !name.get<std::string>().starts_with("<none>")) return true;
  return false;
}

}  // namespace

std::string PreparedImages::name_of(const std::string& base) const {
  return base.substr(base.find(':') + 1) + "-" + std::to_string(user_.uid) + "-" + std::to_string(user_.gid);
}

void PreparedImages::provide(const std::string& image, const Json& base, const MatchPlan& plan,
                             const Context& context) {
  const std::string id = text_at(base, "Id");
  Known& known = known_[image];
  if (known.base == id && (!known.id.empty() || Clock::now() < known.ask_again)) return;
  const bool comes_again = known.base == id;
  known = {id, {}, Clock::time_point::max()};
  if (id.empty() || !can_be_prepared(base)) return;
  auto found = find(id, context);
  const bool is_missing = !found && found.error().code == ErrorCode::not_found;
  if (is_missing && comes_again) found = make(id, plan, context);
  const bool comes_first = is_missing && !comes_again;
  const bool is_being_made = !found && found.error().code == ErrorCode::conflict;
  if (found)
    known = {id, *std::move(found)};
  else if (comes_first || is_being_made)
    known = {id};
  else if (found.error().code != ErrorCode::unsupported)
    known.ask_again = Clock::now() + try_again_after;
}

std::string PreparedImages::of(const std::string& image) const {
  const auto known = known_.find(image);
  return known == known_.end() ? std::string() : known->second.id;
}

Result<std::string> PreparedImages::find(const std::string& base, const Context& context) {
  const std::string name = std::string(prepared_registry) + "/prepared:" + name_of(base);
  const auto found =
      engine_->call(engine_->request("GET", "/images/" + escaped(name) + "/json"), "image " + name, context);
  if (!found) return found.error();
  const Json image = object_from(found->body);
  const Json* const config = part_of(image, "Config");
  const bool is_of_base =
      text_at(image, "Parent") == base && config != nullptr && label_of(*config, prepared_label) == base;
  return is_of_base ? Result<std::string>(text_at(image, "Id")) : not_ours(name + " was not made from " + base);
}

Result<std::string> PreparedImages::make(const std::string& base, const MatchPlan& plan, const Context& context) {
  const std::string container = std::string("matchrunner.prepared.") + name_of(base);
  const Json body = {{"Image", base},
                     {"Labels", run_labels(plan)},
                     {"NetworkDisabled", true},
                     {"HostConfig", {{"LogConfig", {{"Type", "none"}}}}}};
  if (auto going = context.check(); !going) return going.error();
  const std::string text = body.dump();
  const auto made = engine_->call(engine_->json_request("POST", "/containers/create?name=" + container, text),
                                  "container " + container, Context::within(longest_step));
  if (!made) return made.error();
  const std::string id = text_at(object_from(made->body), "Id");
  const auto filled = fill(id, plan, context);
  Json labels = run_labels(plan);
  for (Json& value : labels) value = "";  // of the run is the container, not the image
  labels[prepared_label] = base;
  const std::string config = Json{{"Labels", labels}}.dump();
  const std::string path =
      "/commit?container=" + id + "&pause=0&repo=" + escaped(prepared_registry) + "%2Fprepared&tag=" + name_of(base);
  const auto committed =
      filled ? engine_->call(engine_->json_request("POST", path, config), "commit", Context::within(longest_step))
             : filled.error();
  [[maybe_unused]] const auto removed = engine_->call(engine_->request("DELETE", "/containers/" + id + "?force=1&v=1"),
                                                      "remove", Context::within(longest_step));
  return committed ? find(base, context) : committed.error();
}

Result<void> PreparedImages::fill(const std::string& container, const MatchPlan& plan, const Context& context) {
  const std::string path = "/containers/" + container + "/archive?path=";
  const auto own = engine_->call(engine_->request("HEAD", path + escaped(volume_folder)), "a look", context);
  if (own) return not_ours("the image has a folder of that name");
  if (own.error().code != ErrorCode::not_found) return own.error();
  auto archive = pack_folders(plan.spool_folder + "/work", user_, untouched_since);
  if (!archive) return std::move(archive).error();
  const auto bytes = archive->bytes();
  if (!bytes) return bytes.error();
  auto put = engine_->request("PUT", path + "%2F");
  put.headers = {{"Content-Type", "application/x-tar"}};
  put.body = *bytes;
  auto answer = engine_->call(std::move(put), "folders", context);
  return answer ? Result<void>() : Result<void>(std::move(answer).error());
}

void sweep_prepared(Engine& engine, const Context& context) {
  auto request = engine.request("GET", "/images/json");
  request.most_bytes = std::size_t{64} << 20U;
  const auto answer = engine.call(std::move(request), "images", context);
  if (!answer) return;
  const Json all = Json::parse(answer->body, nullptr, /*allow_exceptions=*/false);
  if (!all.is_array()) return;
  std::set<std::string> named;
  for (const Json& image : all)
    if (has_name(image)) named.insert(text_at(image, "Id"));
  for (const Json& image : all) {
    const std::string base = label_of(image, prepared_label);
    const std::string id = text_at(image, "Id");
    const bool made_here = !base.empty() && text_at(image, "ParentId") == base;  // a label alone anybody can give
    if (!made_here || (named.contains(id) && named.contains(base))) continue;
    // One that a container was made from stays until the next time; the base is not ours to remove.
    [[maybe_unused]] const auto removed =
        engine.call(engine.request("DELETE", "/images/" + id + "?noprune=1"), "image " + id, context);
  }
}

}  // namespace matchrunner::docker
