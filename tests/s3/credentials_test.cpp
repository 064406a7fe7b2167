// SPDX-License-Identifier: Apache-2.0
#include "adapters/s3/credentials.hpp"

#include <fstream>

#include "catch.hpp"
#include "temporary_folder.hpp"
#include "variables.hpp"

using namespace matchrunner;
using namespace matchrunner::s3;

namespace {

struct KeyVariables : Variables {
  KeyVariables(Values values)
      : Variables({"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE",
                   "AWS_SHARED_CREDENTIALS_FILE", "HOME"},
                  values) {}
};

constexpr const char* file_text =
    "# comment\n[default]\naws_access_key_id = D1\naws_secret_access_key=D2\r\n"
    "[ other ]\n aws_access_key_id=O1\naws_secret_access_key=O2=\naws_session_token=O3\nregion = x\n[half]\n"
    "aws_access_key_id=H1\n";

}  // namespace

TEST_CASE("a profile of the credentials file") {
  CHECK(keys_of_profile(file_text, "default") == Keys{"D1", "D2", ""});
  CHECK(keys_of_profile(file_text, "other") == Keys{"O1", "O2=", "O3"});
  CHECK_FALSE(keys_of_profile(file_text, "half"));
  CHECK_FALSE(keys_of_profile(file_text, "none"));
  CHECK_FALSE(keys_of_profile("[default", "default"));
}

TEST_CASE("the options go before variables, and those before the file") {
  const TemporaryFolder folder;
  std::ofstream(folder / "file") << file_text;
  const KeyVariables variables{{"AWS_ACCESS_KEY_ID", "E1"},
                               {"AWS_SECRET_ACCESS_KEY", "E2"},
                               {"AWS_SESSION_TOKEN", "E3"},
                               {"AWS_SHARED_CREDENTIALS_FILE", folder / "file"}};
  S3Options options;
  CHECK(find_credentials(options).value() == Keys{"E1", "E2", "E3"});
  options.profile = "other";
  CHECK(find_credentials(options).value() == Keys{"O1", "O2=", "O3"});
  options.access_key = "A1";
  CHECK(find_credentials(options).error().code == ErrorCode::invalid_argument);
  options.secret_key = "A2";
  CHECK(find_credentials(options).value() == Keys{"A1", "A2", ""});
}

TEST_CASE("the file is looked for at home, and what was looked for is said") {
  const TemporaryFolder folder;
  const KeyVariables variables{{"HOME", folder.path()}, {"AWS_PROFILE", "other"}};
  const auto none = find_credentials({});
  REQUIRE_FALSE(none);
  CHECK(none.error().message.find("profile 'other' in '" + folder.path() + "/.aws/credentials'") != std::string::npos);
  std::filesystem::create_directory(folder / ".aws");
  std::ofstream(folder / ".aws/credentials") << file_text;
  CHECK(find_credentials({}).value() == Keys{"O1", "O2=", "O3"});
}
