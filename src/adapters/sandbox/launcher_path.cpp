// SPDX-License-Identifier: Apache-2.0
#include "adapters/sandbox/launcher_path.hpp"

#include <dlfcn.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>
#include <vector>

namespace matchrunner::sandbox {
namespace {

constexpr const char* program = "matchrunner-launcher";
constexpr std::string_view installed = MATCHRUNNER_LAUNCHER_INSTALLED;
constexpr std::string_view here = MATCHRUNNER_LAUNCHER_HERE;

// From the folder of the library to the launcher: a wheel, an installation, one with a folder for each architecture.
constexpr const char* from_library[] = {"/", "/../libexec/matchrunner/", "/../../libexec/matchrunner/"};

std::string library_folder() {
  Dl_info about{};
  if (::dladdr(reinterpret_cast<const void*>(&library_folder), &about) == 0 || about.dli_fname == nullptr) return {};
  const std::string path(about.dli_fname);
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

std::vector<std::string> candidates(const std::string& chosen) {
  if (!chosen.empty()) return {chosen};
  const char* const environment = std::getenv("MATCHRUNNER_LAUNCHER");
  if (environment != nullptr && *environment != '\0') return {environment};
  std::vector<std::string> paths;
  const std::string folder = library_folder();
  for (const char* step : from_library)
    if (!folder.empty()) paths.push_back(folder + step + program);
  for (const std::string_view place : {installed, here})
    if (!place.empty()) paths.emplace_back(place);
  return paths;
}

}  // namespace

Result<std::string> find_launcher(const std::string& chosen) {
  std::string looked;
  for (std::string& path : candidates(chosen)) {
    if (::access(path.c_str(), X_OK) == 0) return std::move(path);
    looked += (looked.empty() ? "" : ", ") + path;
  }
  return Error{ErrorCode::not_found, "no matchrunner-launcher at " + looked + " (MATCHRUNNER_LAUNCHER names it)",
               "sandbox"};
}

}  // namespace matchrunner::sandbox
