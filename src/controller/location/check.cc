#include "controller/location/check.h"

#include <fmt/format.h>

#include "crypto/random.h"
#include "migrate/location_catalog.h"
#include "net/http.h"

namespace tranship::controller {
namespace {

// A person waits for the answer: a server that does not answer is told soon.
constexpr store::RetryPolicy kRetries{std::chrono::milliseconds(200), std::chrono::milliseconds(1'000),
                                      std::chrono::milliseconds(4'000)};
constexpr std::chrono::seconds kTimeout{45};

struct Fix {
  std::string_view code;
  const char* text;
};
constexpr Fix kFixes[] = {
    {"store.no_bucket", "Create the bucket, or correct spec.s3.bucket and spec.s3.endpoint"},
    {"store.credentials",
     "Correct accessKeyId and secretAccessKey in the Secret of spec.s3.credentialsSecret; they must belong to "
     "spec.s3.endpoint"},
    {"store.credentials_expired", "Put new temporary credentials (with sessionToken) into the Secret"},
    {"store.wrong_region", "Correct spec.s3.region"},
    {"store.clock", "Set the clocks of the nodes of this cluster (NTP), or the store's"},
    {"store.full", "Free space or raise the quota on the store"},
    {"store.no_export", "Make the folder on the server, or correct spec.nfs.path and spec.nfs.version"},
    {"store.no_host", "Correct spec.nfs.server: the cluster's DNS is asked"},
    {"store.unreachable",
     "Correct spec.nfs.server, port and version; check that the server runs and that no NetworkPolicy or firewall is "
     "in between (NFSv3: ports 111, 2049 and mountd's; NFSv4: 2049)"},
    {net::kUnreachableCode,
     "Correct spec.s3.endpoint; check that the store runs and that no NetworkPolicy or firewall is in between"},
    {net::kUntrustedCode,
     "Put the certificate of the authority that issued the store's into spec.s3.caBundle, and name the store in "
     "spec.s3.endpoint as its certificate does"},
};

// What a probe object is called: nothing else is below that folder.
std::string probe_key() {
  Bytes random(8);
  crypto::random_bytes(random);
  return "tranship-check-" + to_hex(random) + "/probe";
}

bool is_forbidden(const Error& error) {
  return error.code() == "store.forbidden";
}

class Check {
 public:
  Check(const Context& context, const api::LocationSpec& spec, const LocationAccess& access)
      : context_(context), spec_(spec), access_(access) {}

  LocationFinding run(bool try_passphrase) {
    LocationFinding finding;
    auto outcome = look(finding, try_passphrase);
    if (outcome) end_step(finding);
    if (!outcome) finding.error = in_terms_of_spec(std::move(outcome).error());
    return finding;
  }

 private:
  Result<void> look(LocationFinding& finding, bool try_passphrase) {
    const auto store = TRY(store::open_store(context_, access_.location, false, kRetries));
    begin_step(finding, "list");
    auto entries = migrate::list_applications(context_, *store, &finding.unreadable);
    if (!entries)
      return fail(explained(std::move(entries).error(), "listed and read", "s3:ListBucket and s3:GetObject"));
    for (const auto& entry : *entries) finding.applications.push_back(entry.application);
    if (spec_.access == api::Access::read_write) {
      TRY(write_and_remove(*store, finding));
    } else {
      begin_step(finding, "read");
      TRY(read_nothing(*store));
    }
    if (try_passphrase && !entries->empty() && !access_.passphrase.empty()) TRY(open_one(entries->front().application));
    return {};
  }

  static void end_step(LocationFinding& finding) {
    if (!finding.steps.empty()) finding.steps.back().done = true;
  }
  static void begin_step(LocationFinding& finding, const char* name) {
    end_step(finding);
    finding.steps.push_back({name});
  }

  Result<void> write_and_remove(store::Store& store, LocationFinding& finding) {
    begin_step(finding, "write");
    const std::string key = probe_key();
    const std::string content = "Written by a check of this location; it may be removed.\n";
    if (auto put = store.put(context_, key, as_bytes(content)); !put) {
      if (spec_.nfs && put.error().fault() == Fault::auth) {
        return fail(std::move(put)
                        .error()
                        .in("the location can be read but not written to")
                        .with_code("location.read_only")
                        .with_fix(fmt::format("Export it read-write and give the folder to uid {} (spec.nfs.uid), or "
                                              "set spec.access to ReadOnly",
                                              access_.location.nfs.uid)));
      }
      if (!is_forbidden(put.error())) return put;
      return fail(
          Error(Fault::auth, "the location can be read but not written to: its credentials may not create objects")
              .with_code("location.read_only")
              .with_fix("Allow s3:PutObject and s3:DeleteObject on the bucket, or set spec.access to ReadOnly"));
    }
    begin_step(finding, "read");
    auto outcome = read_back(store, key, content);
    if (outcome) begin_step(finding, "delete");
    auto removed = store.remove(context_, key);
    if (!outcome) return outcome;
    if (removed || spec_.nfs || !is_forbidden(removed.error())) return removed;
    return fail(Error(Fault::auth, "objects can be written but not deleted")
                    .with_code("location.no_delete")
                    .with_fix(fmt::format("Allow s3:DeleteObject on the bucket; then delete {} by hand", key)));
  }

  Result<void> read_back(store::Store& store, const std::string& key, const std::string& content) {
    Bytes back;
    if (auto got = store.get(context_, key, std::nullopt, back); !got) {
      return fail(explained(std::move(got).error(), "read", "s3:GetObject"));
    }
    if (as_text(back) == content) return {};
    return fail(Error(Fault::corrupt, "an object came back changed")
                    .with_code("location.changed")
                    .with_fix("Something between here and the store changes what is sent: a proxy?"));
  }

  // Whether reading is allowed shows in how the absence of an object is told.
  Result<void> read_nothing(store::Store& store) {
    Bytes back;
    auto got = store.get(context_, probe_key(), std::nullopt, back);
    if (got || got.error().fault() == Fault::not_found) return {};
    return fail(explained(std::move(got).error(), "read", "s3:GetObject"));
  }

  Result<void> open_one(const std::string& application) {
    const auto opened = migrate::open_application(context_, access_.location, application, access_.passphrase);
    if (opened) return {};
    if (opened.error().code() != "repository.password") return fail(opened.error());
    return fail(Error(Fault::auth, fmt::format("the passphrase does not open the repository of {}", application))
                    .with_code("repository.password")
                    .with_fix("Put the passphrase that the location was first used with into the Secret of "
                              "spec.passphraseSecret"));
  }

  Error explained(Error error, std::string_view doing, std::string_view rights) const {
    // What NFS refuses says itself what to do.
    if (spec_.nfs || !is_forbidden(error)) return error;
    return Error(Fault::auth, fmt::format("the location cannot be {}: the credentials lack the right to", doing))
        .with_code("store.forbidden")
        .with_fix(fmt::format("Allow {} on the bucket in the bucket's or the user's policy", rights));
  }

  const Context context_;
  const api::LocationSpec& spec_;
  const LocationAccess& access_;
};

}  // namespace

Error in_terms_of_spec(Error error) {
  for (const auto& fix : kFixes) {
    if (error.code() != fix.code) continue;
    if (fix.code == "store.credentials") return std::move(error).in("the store refuses the keys").with_fix(fix.text);
    return std::move(error).with_fix(fix.text);
  }
  if (!error.code().empty()) return error;
  return std::move(error).with_code("location.failed");
}

LocationFinding check_location(const Context& context, const api::LocationSpec& spec, const LocationAccess& access,
                               bool try_passphrase) {
  auto finding = Check(context.with_timeout(kTimeout), spec, access).run(try_passphrase);
  if (finding.error && finding.error->fault() == Fault::cancelled && !context.stopped()) {
    finding.error = Error(Fault::retryable, fmt::format("the location did not answer within {} s", kTimeout.count()))
                        .with_code("location.slow")
                        .with_fix("Check the store and the network to it");
  }
  return finding;
}

}  // namespace tranship::controller
