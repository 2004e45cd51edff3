#pragma once
// The sources of the AWS chain that are asked over HTTP: STS, container credentials and instance metadata. Each
// gives nothing when it is not configured (or, for instance metadata, not there).

#include "store/s3/credentials.h"

namespace tranship::store::s3 {

using MaybeCredentials = Result<std::optional<FetchedCredentials>>;

MaybeCredentials web_identity_credentials(const Context& context, const ChainOptions& options);
MaybeCredentials container_credentials(const Context& context, const ChainOptions& options);
MaybeCredentials instance_credentials(const Context& context, const ChainOptions& options);

// {"AccessKeyId","SecretAccessKey","Token","Expiration"}: containers and instances answer alike. `service` is for
// errors, which never repeat the answer.
Result<FetchedCredentials> parse_service_credentials(std::string_view service, std::string_view body);

}  // namespace tranship::store::s3
