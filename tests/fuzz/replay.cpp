// SPDX-License-Identifier: Apache-2.0
// fuzz_TARGET FOLDER...: feeds every file of the folders to the target, where there is no libFuzzer to do it.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "file_bytes.hpp"
#include "fuzz/target.hpp"

int main(int argc, char** argv) {
  std::vector<std::string> files;
  for (int i = 1; i < argc; ++i)
    for (const auto& entry : std::filesystem::directory_iterator(argv[i])) files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  for (const std::string& file : files) {
    std::fprintf(stderr, "%s\n", file.c_str());  // the last one named is the one that broke it
    const std::string bytes = matchrunner::read_bytes(file);
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  }
  std::fprintf(stderr, "%zu inputs\n", files.size());
  return files.empty() ? 1 : 0;
}
