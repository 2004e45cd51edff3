// One blob at a time; many go through the blob reader.

#include "crypto/digest.h"
#include "repo/format/pack.h"
#include "repo/repository.h"

namespace tranship::repo {

Result<Bytes> Repository::load_blob(const Context& context, BlobType type, const Id& id) {
  const auto location = index_.find(type, id);
  if (!location) {
    return fail(Error(Fault::not_found, "no index lists blob " + id.brief())
                    .with_fix("The repository is damaged: run 'tranship repository check'."));
  }
  const std::string where = "blob " + id.brief() + " in pack " + location->pack.brief();
  Bytes sealed;
  TRY_IN(where, store_.get(context, pack_key(location->pack),
                           store::ByteRange{location->offset, location->length}, sealed));
  Bytes plain(location->uncompressed_length);
  BlobOpener opener(master_key_);
  const ByteView opened = TRY_IN(where, opener.open(sealed, location->uncompressed_length, plain));
  if (crypto::sha256(opened) != id) return fail(Fault::corrupt, where + " is damaged: its content has another id");
  if (location->uncompressed_length != 0) return plain;
  return Bytes(opened.begin(), opened.end());
}

}  // namespace tranship::repo
