#pragma once
// Objects in a bucket of S3 or of anything that speaks it (MinIO, Ceph, COS, OSS, OBS).

#include <functional>
#include <memory>
#include <string>

#include "net/http.h"
#include "store/location.h"
#include "store/retry.h"
#include "store/s3/client.h"
#include "store/s3/xml.h"

namespace tranship::store::s3 {

class S3Store : public Store {
 public:
  explicit S3Store(Location location, S3Options options = {});

  Result<void> put(const Context& context, const std::string& key, ByteView data, const Id* digest) override;
  Result<void> create(const Context& context, const std::string& key, ByteView data) override;
  Result<void> get(const Context& context, const std::string& key, std::optional<ByteRange> range,
                   Bytes& out) override;
  Result<ObjectInfo> stat(const Context& context, const std::string& key) override;
  Result<void> list(const Context& context, const std::string& prefix,
                    const std::function<void(const ObjectInfo&)>& object) override;
  Result<void> remove(const Context& context, const std::string& key) override;
  std::string describe() const override;

 private:
  Result<void> put_parts(const Context& context, const std::string& key, ByteView data);
  Result<std::vector<Part>> upload_parts(const Context& context, const std::string& key,
                                         const std::string& upload_id, ByteView data);
  Result<void> complete_upload(const Context& context, const std::string& key, const std::string& upload_id,
                               const std::vector<Part>& parts);
  std::string full_key(const std::string& key) const;

  const S3Options options_;
  Client client_;
};

}  // namespace tranship::store::s3
