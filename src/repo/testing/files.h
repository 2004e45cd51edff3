#pragma once
// What tests of backup and restore share: a directory with every kind of file, and a description of a directory that
// two equal ones have in common.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <sstream>
#include <string>

#include "base/file.h"
#include "crypto/digest.h"

namespace tranship::repo {

inline void put_file(const std::string& path, std::string_view content) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path, std::ios::binary).write(content.data(), static_cast<std::streamsize>(content.size()));
}

inline std::string random_text(std::size_t size, unsigned seed) {
  std::mt19937_64 random(seed);
  std::string text(size, '\0');
  for (std::size_t at = 0; at < size; at += 8) {
    const std::uint64_t word = random();
    std::memcpy(text.data() + at, &word, std::min<std::size_t>(8, size - at));
  }
  return text;
}

inline std::string attributes_of(const std::string& path) {
  char names[4096];
  const ssize_t size = ::llistxattr(path.c_str(), names, sizeof names);
  std::map<std::string, std::string> sorted;
  for (ssize_t at = 0; at < size;) {
    const std::string name = names + at;
    char value[4096];
    const ssize_t length = ::lgetxattr(path.c_str(), name.c_str(), value, sizeof value);
    if (length >= 0) sorted[name] = std::string(value, static_cast<std::size_t>(length));
    at += static_cast<ssize_t>(name.size()) + 1;
  }
  std::string text;
  for (const auto& [name, value] : sorted) text += " " + name + "=" + to_hex(as_bytes(value));
  return text;
}

// One line for each path: type, mode, owner, times, size, links, target, attributes and the digest of the content.
inline std::map<std::string, std::string> describe_directory(const std::string& root) {
  std::map<std::string, std::string> lines;
  std::map<ino_t, std::string> first_names;
  std::vector<std::string> paths{""};
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    paths.push_back(entry.path().string().substr(root.size()));
  }
  std::sort(paths.begin(), paths.end());
  for (const std::string& relative : paths) {
    const std::string path = root + relative;
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) continue;
    std::ostringstream line;
    line << std::oct << status.st_mode << std::dec << " " << status.st_uid << ":" << status.st_gid << " "
         << status.st_mtim.tv_sec << "." << status.st_mtim.tv_nsec;
    if (S_ISREG(status.st_mode)) {
      line << " " << status.st_size << " links " << status.st_nlink << " as "
           << first_names.try_emplace(status.st_ino, relative).first->second << " "
           << crypto::sha256(as_bytes(read_file(path, 1u << 30).value_or("?"))).brief();
    }
    if (S_ISLNK(status.st_mode)) line << " -> " << std::filesystem::read_symlink(path).string();
    if (S_ISBLK(status.st_mode) || S_ISCHR(status.st_mode)) line << " device " << status.st_rdev;
    lines[relative] = line.str() + attributes_of(path);
  }
  return lines;
}

inline void set_times(const std::string& path, std::int64_t seconds, long nanoseconds) {
  const timespec times[2] = {{seconds, nanoseconds}, {seconds, nanoseconds}};
  ::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW);
}

// Every kind of file there is; devices and owners need root.
inline void make_file_zoo(const std::string& root) {
  namespace fs = std::filesystem;
  put_file(root + "/text", "hello\n");
  put_file(root + "/empty", "");
  put_file(root + "/large", random_text(9 << 20, 1));
  put_file(root + "/repeated", random_text(1 << 20, 2) + random_text(1 << 20, 2));
  put_file(root + "/zeros", std::string(3 << 20, '\0'));
  put_file(root + "/setuid", "#!/bin/sh\n");
  put_file(root + "/deep/er/and/deeper/file", "deep");
  put_file(root + "/na\"me <&> \\ 数据 \xff\xfe", "odd name");
  for (int number = 0; number < 300; ++number) {
    put_file(root + "/many/" + std::to_string(number), random_text(number * 37, 100 + number));
  }
  // 64 MiB of which one piece in the middle is data.
  const int sparse = ::open((root + "/sparse").c_str(), O_WRONLY | O_CREAT, 0600);
  const std::string island = random_text(100000, 3);
  EXPECT_EQ(::pwrite(sparse, island.data(), island.size(), 20 << 20), static_cast<ssize_t>(island.size()));
  EXPECT_EQ(::ftruncate(sparse, 64 << 20), 0);
  ::close(sparse);
  fs::create_directories(root + "/empty-directory");
  fs::create_hard_link(root + "/large", root + "/deep/large-again");
  fs::create_hard_link(root + "/large", root + "/a-large");
  fs::create_symlink("text", root + "/link");
  fs::create_symlink("/nowhere/at/all", root + "/dangling");
  ::mkfifo((root + "/fifo").c_str(), 0640);
  ::setxattr((root + "/text").c_str(), "user.note", "with\0zero", 9, 0);
  ::setxattr((root + "/deep").c_str(), "user.folder", "x", 1, 0);
  ::chmod((root + "/setuid").c_str(), 04755);
  ::chmod((root + "/deep/er").c_str(), 0500);
  ::chmod((root + "/empty").c_str(), 0);
  ::chmod((root + "/empty-directory").c_str(), 01777);
  if (::geteuid() == 0) {
    ::mknod((root + "/null").c_str(), S_IFCHR | 0666, makedev(1, 3));
    ::mknod((root + "/disk").c_str(), S_IFBLK | 0660, makedev(259, 70000));
    for (const char* name : {"/setuid", "/deep/er/and", "/link", "/fifo", "/many/7"}) {
      EXPECT_EQ(::lchown((root + name).c_str(), 1000, 2000), 0);
    }
    ::chmod((root + "/setuid").c_str(), 06755);
    // A POSIX ACL: user::rw-, user:1234:r--, group::r--, mask::r--, other::---
    const unsigned char acl[] = {2, 0, 0, 0,  1, 0, 6, 0, 255, 255, 255, 255, 2, 0, 4, 0, 0xd2, 4, 0, 0,
                                 4, 0, 4, 0, 255, 255, 255, 255, 16, 0, 4, 0, 255, 255, 255, 255,
                                 32, 0, 0, 0, 255, 255, 255, 255};
    ::setxattr((root + "/text").c_str(), "system.posix_acl_access", acl, sizeof acl, 0);
    ::setxattr((root + "/deep/er").c_str(), "system.posix_acl_default", acl, sizeof acl, 0);
  }
  set_times(root + "/text", 1234567890, 123456789);
  set_times(root + "/link", 86400, 1);
  set_times(root + "/empty", -5, 999999999);  // before 1970
  set_times(root + "/deep/er/and", 1500000000, 500);
  set_times(root + "/deep", 1600000000, 0);
}

inline std::uint64_t blocks_of(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? static_cast<std::uint64_t>(status.st_blocks) : 0;
}

}  // namespace tranship::repo
