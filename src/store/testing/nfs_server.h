#pragma once
// For tests: an NFS server of their own (tests/nfs/server.py), which ends with the scope. Header-only.

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <string>

#include "base/json.h"
#include "store/location.h"
#include "store/testing/temporary_directory.h"

namespace tranship::store::testing {

class NfsServer {
 public:
  NfsServer() {
    int to[2], from[2];
    if (::pipe(to) != 0 || ::pipe(from) != 0) return;
    process_ = ::fork();
    if (process_ == 0) {
      ::dup2(to[0], STDIN_FILENO);
      ::dup2(from[1], STDOUT_FILENO);
      for (const int end : {to[0], to[1], from[0], from[1]}) ::close(end);
      ::execlp("python3", "python3", TRANSHIP_NFS_SERVER, folder_.path().c_str(), nullptr);
      ::_exit(127);
    }
    ::close(to[0]);
    ::close(from[1]);
    commands_ = ::fdopen(to[1], "w");
    answers_ = ::fdopen(from[0], "r");
    const auto started = parse_json(line());
    if (!started) return;
    port_ = static_cast<int>(json_integer(*started, {"port"}));
    mount_port_ = static_cast<int>(json_integer(*started, {"mountPort"}));
    missing_ = json_string(*started, {"missing"});
  }
  NfsServer(const NfsServer&) = delete;
  NfsServer& operator=(const NfsServer&) = delete;
  ~NfsServer() {
    if (commands_ != nullptr) std::fclose(commands_);
    if (answers_ != nullptr) std::fclose(answers_);
    if (process_ > 0) ::waitpid(process_, nullptr, 0);
  }

  bool running() const { return port_ > 0; }
  // What the machine lacks for it; empty when it should have started.
  const std::string& missing() const { return missing_; }
  int port() const { return port_; }
  // "kill", "start", "pause", "resume"
  void tell(const std::string& command) {
    std::fputs((command + "\n").c_str(), commands_);
    std::fflush(commands_);
    EXPECT_EQ(line(), "ok\n") << command;
  }
  Location location(int version, const std::string& share) const {
    Location location;
    location.kind = Location::Kind::nfs;
    location.path = "/" + share;
    location.nfs = {
        .host = "127.0.0.1", .port = port_, .mount_port = version == 3 ? mount_port_ : 0, .version = version};
    return location;
  }
  // The folder behind a share.
  std::string folder(const std::string& share) const { return folder_.path() + "/" + share; }

 private:
  std::string line() {
    char text[256] = "";
    return answers_ != nullptr && std::fgets(text, sizeof text, answers_) != nullptr ? text : "";
  }

  const TemporaryDirectory folder_;
  pid_t process_ = -1;
  std::FILE* commands_ = nullptr;
  std::FILE* answers_ = nullptr;
  int port_ = 0, mount_port_ = 0;
  std::string missing_;
};

}  // namespace tranship::store::testing
