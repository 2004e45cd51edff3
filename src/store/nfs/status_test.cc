// Goal: what a server answers becomes the right decision, also where libnfs tells it in words alone.

#include "store/nfs/status.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace tranship::store::nfs {
namespace {

TEST(NfsStatus, WordsTellWhatNumbersHide) {
  EXPECT_EQ(error_number(-EFAULT, "NFS: Write failed with NFS3ERR_NOSPC(-28)"), ENOSPC);
  EXPECT_EQ(error_number(-ERANGE, "NFS4: WRITE (path /x) failed with NFS4ERR_DQUOT(-34)"), EDQUOT);
  EXPECT_EQ(error_number(-ERANGE, "NFS4: OPEN (path (null)) failed with NFS4ERR_GRACE(-5)"), EAGAIN);
  EXPECT_EQ(error_number(-ERANGE, "NFS4: OPEN (path (null)) failed with NFS4ERR_STALE_CLIENTID(-5)"), ESTALE);
  EXPECT_EQ(error_number(-ERANGE, "NFS4: READ (path /x) failed with NFS4ERR_EXPIRED(-5)"), ESTALE);
  EXPECT_EQ(error_number(-EINVAL, "Insufficient ACCESS. Wanted 00000003 but got 00000001."), EACCES);
}

TEST(NfsStatus, NumbersGoBeforeWordsOfEarlierCalls) {
  EXPECT_EQ(error_number(-EACCES, "NFS: Lookup of /x failed with NFS3ERR_NOENT(-2)"), EACCES);
  EXPECT_EQ(error_number(-EFAULT, "NFS: Lookup of /x failed with NFS3ERR_NOENT(-2)"), EFAULT);
  EXPECT_EQ(error_number(-EFAULT, ""), EFAULT);
  EXPECT_EQ(error_number(-EIO, "NFS3ERR_"), EIO);
  EXPECT_EQ(error_number(-EIO, "NFS4ERR_UNHEARD_OF"), EIO);
  EXPECT_EQ(error_number(0, ""), EIO);
}

TEST(NfsStatus, EveryKindHasItsDecision) {
  EXPECT_EQ(call_error("write", "/x", ENOSPC).code(), "store.full");
  EXPECT_EQ(call_error("write", "/x", EDQUOT).code(), "store.full");
  EXPECT_EQ(call_error("open", "/x", EACCES).fault(), Fault::auth);
  EXPECT_EQ(call_error("open", "/x", EROFS).code(), "store.read_only");
  EXPECT_EQ(call_error("open", "/x", EISDIR).fault(), Fault::not_found);
  EXPECT_EQ(call_error("read", "/x", ESTALE).fault(), Fault::retryable);
  EXPECT_EQ(call_error("read", "/x", EIO).fault(), Fault::permanent);
  EXPECT_NE(call_error("open", "/x", EFAULT).fix().find("insecure"), std::string::npos);
  EXPECT_NE(mount_error("nfs://s/x", 3, EACCES).fix().find("insecure"), std::string::npos);
  EXPECT_NE(mount_error("nfs://s/x", 4, ENOENT).fix().find("version=3"), std::string::npos);
  EXPECT_NE(mount_error("nfs://s/x", 3, EPROTONOSUPPORT).fix().find("version=4"), std::string::npos);
  EXPECT_EQ(unreachable("nfs://s/x", 3, "refused").fault(), Fault::retryable);
}

}  // namespace
}  // namespace tranship::store::nfs
