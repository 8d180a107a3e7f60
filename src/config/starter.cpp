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

# One way in. A secret is named by where it is kept: "file:PATH" (chmod 600), "env:NAME",
# "command:PROGRAM", "credential:NAME" (systemd). Here a user and a password: they work up to API
# 64.0, and end with release Summer '27.
user = ")" +
         user + R"("
password = "env:HEED_PASSWORD"
# token = "file:security-token"      # the user's security token, where the network is not trusted

# Better: OAuth, with a key of heed's own whose certificate the CRM's app has (JWT bearer).
# [crm.jwt]
# client_id = "3MVG9..."             # the app's consumer key
# user = "heed@acme.example"
# key = "file:heed-key.pem"          # openssl genpkey -algorithm RSA -out heed-key.pem; the app gets
#                                    # openssl req -x509 -key heed-key.pem -days 730 -subj /CN=heed
# # audience = "https://test.salesforce.com"    # only where heed does not guess it

# Or the app's own id and secret; [crm] url must then be the org's own address.
# [crm.client_credentials]
# client_id = "3MVG9..."
# secret = "file:app-secret"

# Or a refresh token; one that the CRM replaces is kept beside the mirror, in its .state.
# [crm.refresh_token]
# client_id = "3MVG9..."
# token = "file:refresh-token"
# # secret = "file:app-secret"

# Or an access token that somebody else renews, and the address it is for (in [crm]):
# access_token = "file:access-token"
# instance = "https://NAME.my.salesforce.com"

# How much of the CRM heed may use (in [crm]): at the end of either, a run does what is needed alone,
# then nothing, and exits with 8.
# calls_a_day = 2000                 # requests in one day of UTC
# leave_share = 0.05                 # of the org's daily limit, left to others

# [http]
# proxy = "http://proxy.acme.example:3128"      # "none": not even the environment's https_proxy
# proxy_user = "heed"                # for Basic, Digest or NTLM, as the proxy asks
# proxy_password = "file:proxy-password"
# no_proxy = ["internal.example"]
# ca_file = "acme-root.pem"          # a private authority, beside the system's
# certificate = "client.pem"         # for mutual TLS; the CRM's port for it is 8443
# key = "client-key.pem"
# key_password = "file:client-key-password"

[mirror]
file = "heed.db"
overlap = "10m"                      # read again at every run's start, for late commits
largest_log = 64                     # MiB; a larger log is warned of: some program keeps reading
# schedules = "schedules"            # your own packs, calendars, preferences; file by file

[sync]
reconcile = "7d"                     # ids and stamps of all records are compared; "0s": never
calculated = "24h"                   # objects with calculated fields are read whole; "0s": never

[controller]
# Your organization: the countries it is established in, and the zone and the calendar that count
# where a law leaves them to you.
establishments = ["DE"]
zone = "Europe/Berlin"
calendar = "DE"

[packs]
enabled = ["eu-gdpr", "us-ca-ccpa", "ca-casl"]
# Others: uk-gdpr, us-ca-admt, us-va, us-co, us-ct, us-tx, us-canspam, us-tcpa, ca-pipeda, ca-qc-law25,
# br-lgpd, ch-fadp, au-spam, au-privacy, sg-pdpa, in-dpdp. Without 'enabled' all of them are loaded.
# calendars = { uk-gdpr = "GB-SCT" } # where an office counts by other holidays than the pack, or in
# zones = { au-spam = "Australia/Perth" }  # another time zone; "controller": those above
# allow_unverified = true            # take in figures that nobody has checked against their source
profile = "default"                  # or "strict", "lenient": which defensible reading is due

# Wishes that were there before heed was are listed apart, until you decide:
# [baseline]
# handled_before = 2026-01-01
# by = "the privacy office"
# reason = "audited on paper, case 2025-114"

# Systems that enforce a channel's flag: the flag is then the proof that it is honoured. A duty to stop
# several channels, or another than was wished, wants all of their flags.
# [enforced_by]
# email = "Marketing Cloud, suppression list of the CRM"

# Forgetting by itself, in this mirror, whoever wished it and whose wish is met:
# [forget]
# automatic = true

# Say who may be one person because two records have the same e-mail address; heed then mirrors it:
# [people]
# same_email = true

# Fields of your own that tell more of a wish than its flag: when the request came in (a date or a
# date and time), that it was done (a date, or a checkbox that heed saw set since the wish). That
# closes what was to be done or answered; for duties of other kinds (as to tell the recipients) name
# them, in an [[evidence]] of their own where they have a field of their own. Where several fields
# say that it was done, the first day counts.
# [[evidence]]
# of = "Individual.HasOptedOutSolicit"
# received = "Objection_Received__c"
# done = "Objection_Done__c"
# kinds = ["effect_by", "respond_by"]

# Who was asked to be forgotten is forgotten when every record is purged, or all of these are empty:
# [erased_when_empty]
# Contact = ["Email", "Phone", "FirstName"]

# Fields to mirror beside those that heed needs itself; of an address its parts, not the whole:
# [fields]
# Contact = ["Title", "MailingCity"]

# More objects to mirror, custom ones too. 'person' names the lookups that say whose a record is: it
# is shown with that person then, and forgotten with them; a lookup to what several people share
# would make one person of them. Without it heed keeps the rows, and they are nobody's.
# [[object]]
# name = "Privacy_Request__c"
# person = ["Contact__c", "Lead__c"]
# fields = ["Status__c", "Email__c"]

# Fields or objects that this org does not have, or heed need not see:
# [absent]
# fields = ["Individual.HasOptedOutGeoTracking"]
)";
}

}  // namespace heed::config
