#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace heed::support {

/// A secret for a test, of that kind ("password"): a word that is the same in this process, and
/// that nobody would write by chance.
std::string canary(std::string_view kind);

/// Fails the test if `text`, which has left heed, has a secret of any test in it: a canary, the
/// simulated CRM's password, or a session that it gave. `what` names the text.
void expect_no_secret(std::string_view text, const std::string& what);

/// Fails it as well if the text has an e-mail address or a name of the simulated people: most of
/// these names are in letters that heed never writes.
void expect_discreet(std::string_view text, const std::string& what);

/// From now on `file` is one where a secret rightly is.
void keep_secret_in(const std::filesystem::path& file);

/// Fails the test for each file below `folder` that has a secret and may not: beside the files told
/// to keep_secret_in, configurations (.toml) and heed's state may.
void expect_no_secret_below(const std::filesystem::path& folder);

}  // namespace heed::support
