#include "heed/config.hpp"

namespace heed::config {

std::string starter(const std::string& url, const std::string& user) {
  return R"(# heed's configuration. Paths are relative to this file's folder.

[crm]
# Where to log in: https://login.salesforce.com, https://test.salesforce.com for a sandbox, or the
# org's own https://NAME.my.salesforce.com.
url = ")" +
         url + R"("
api_version = "62.0"

# One way in. A user and a password, up to API 64.0. A secret is named by where it is kept:
# "file:PATH" (chmod 600), "env:NAME", "command:PROGRAM", "credential:NAME" (systemd).
user = ")" +
         user + R"("
password = "env:HEED_PASSWORD"
# token = "file:security-token"      # the user's security token, where the network is not trusted

# Or an OAuth access token and the address it is for:
# access_token = "file:access-token"
# instance = "https://NAME.my.salesforce.com"

[mirror]
file = "heed.db"
overlap = "10m"                      # read again at every run's start, for late commits
# schedules = "schedules"            # your own packs, calendars, preferences; file by file

[controller]
# Your organization: the countries it is established in, and the zone and the calendar that count
# where a law leaves them to you.
establishments = ["DE"]
zone = "Europe/Berlin"
calendar = "DE"

[packs]
enabled = ["eu-gdpr", "us-ca-ccpa", "ca-casl"]
profile = "default"                  # or "strict", "lenient": which defensible reading is due

# Wishes that were there before heed was are listed apart, until you decide:
# [baseline]
# handled_before = 2026-01-01
# by = "the privacy office"
# reason = "audited on paper, case 2025-114"

# Systems that enforce a channel's flag: the flag is then the proof that it is honoured.
# [enforced_by]
# email = "Marketing Cloud, suppression list of the CRM"

# Forgetting by itself, in this mirror, whoever wished it and whose wish is met:
# [forget]
# automatic = true

# Fields or objects that this org does not have, or heed need not see:
# [absent]
# fields = ["Individual.HasOptedOutGeoTracking"]
)";
}

}  // namespace heed::config
