#include <gtest/gtest.h>

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <stop_token>
#include <thread>

#include "base/bytes.h"
#include "base/context.h"
#include "base/file.h"
#include "base/id.h"
#include "base/parallel.h"
#include "base/queue.h"
#include "base/units.h"

namespace tranship {
namespace {

using namespace std::chrono_literals;

Result<int> half(int number) {
  if (number % 2 != 0) return fail(Fault::invalid, "odd");
  return number / 2;
}
Result<int> quarter(int number) { return TRY(half(TRY_IN("first half", half(number)))); }

TEST(Error, travels_with_its_context) {
  EXPECT_EQ(quarter(8).value(), 2);
  EXPECT_EQ(quarter(3).error().what(), "first half: odd");
  EXPECT_EQ(Error(Fault::auth, "no").with_fix("Ask.").text(), "no. Ask.");
}

TEST(Bytes, base64_and_hex_come_back) {
  for (std::size_t size = 0; size < 70; ++size) {
    Bytes bytes(size);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 37 + size);
    EXPECT_EQ(from_base64(to_base64(bytes)).value(), bytes);
    EXPECT_EQ(from_hex(to_hex(bytes)).value(), bytes);
  }
  EXPECT_EQ(to_base64(as_bytes("foobar")), "Zm9vYmFy");
  EXPECT_FALSE(from_base64("a b=").has_value());
  EXPECT_FALSE(from_hex("0g").has_value());
  EXPECT_FALSE(Id::parse("abc").has_value());
}

TEST(Units, quantities_and_times) {
  EXPECT_EQ(parse_quantity("5Gi").value(), 5ull << 30);
  EXPECT_EQ(parse_quantity("100m").value(), 1u);
  EXPECT_EQ(parse_quantity("1e3").value(), 1000u);
  EXPECT_FALSE(parse_quantity("5 Gi").has_value());
  EXPECT_FALSE(parse_quantity("-1").has_value());
  EXPECT_EQ(format_bytes(1536), "1.5 KiB");
  const auto time = parse_time("2026-11-24T03:14:00.5+08:00").value();
  EXPECT_EQ(format_time(time), "2026-11-23T19:14:00.5Z");
  EXPECT_FALSE(parse_time("yesterday").has_value());
}

TEST(Context, children_stop_with_their_parents) {
  std::stop_source outer, inner;
  const Context parent(outer.get_token());
  const Context child = parent.with_stop(inner.get_token()).with_timeout(1h);
  EXPECT_TRUE(child.check().has_value());
  outer.request_stop();
  EXPECT_EQ(child.check().error().fault(), Fault::cancelled);
  EXPECT_TRUE(child.stopped());
}

TEST(Context, sleep_ends_at_the_deadline_and_on_a_stop) {
  EXPECT_EQ(Context().with_timeout(1ms).sleep(1h).error().fault(), Fault::cancelled);
  std::stop_source stop;
  std::jthread later([&] { stop.request_stop(); });
  EXPECT_EQ(Context(stop.get_token()).sleep(1h).error().fault(), Fault::cancelled);
}

TEST(BoundedQueue, drains_after_close) {
  BoundedQueue<int> queue(2);
  std::jthread writer([&] {
    for (int i = 0; i < 100; ++i) queue.push(i);
    queue.close();
  });
  int expected = 0;
  while (auto item = queue.pop()) EXPECT_EQ(*item, expected++);
  EXPECT_EQ(expected, 100);
  EXPECT_FALSE(queue.push(1));
}

TEST(ParallelFor, does_each_piece_once) {
  std::vector<std::atomic<int>> done(100);
  parallel_for(done.size(), 8, [&](std::size_t i) { ++done[i]; });
  for (const auto& count : done) EXPECT_EQ(count, 1);
  EXPECT_TRUE(try_parallel_for(Context(), done.size(), 8, [&](std::size_t i) -> Result<void> {
    ++done[i];
    return {};
  }));
  for (const auto& count : done) EXPECT_EQ(count, 2);
}

TEST(ParallelFor, begins_nothing_after_an_error_or_a_stop) {
  std::atomic<int> begun{0};
  const auto failing = [&](std::size_t) -> Result<void> { return fail(Fault::corrupt, std::to_string(++begun)); };
  const auto failed = try_parallel_for(Context(), 1000, 4, failing);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().fault(), Fault::corrupt);
  EXPECT_LE(begun, 4);
  begun = 0;
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(try_parallel_for(Context(stop.get_token()), 1000, 4, failing).error().fault(), Fault::cancelled);
  EXPECT_EQ(begun, 0);
}

TEST(File, is_written_whole_with_its_mode_and_read_with_a_limit) {
  const auto path = std::filesystem::temp_directory_path() / ("tranship-file-" + std::to_string(::getpid()));
  ASSERT_TRUE(write_file(path, "secret", 0600).has_value());
  EXPECT_EQ(read_file(path).value(), "secret");
  EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms(0600));
  EXPECT_EQ(read_file(path, 3).error().fault(), Fault::invalid);
  std::filesystem::remove(path);
  EXPECT_EQ(read_file(path).error().fault(), Fault::not_found);
}

}  // namespace
}  // namespace tranship
