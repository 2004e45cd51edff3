#include "store/conformance.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

#include "crypto/digest.h"
#include "crypto/random.h"

namespace tranship::store {
namespace {

constexpr std::size_t kPackBytes = 17u << 20;         // what packs are at most
constexpr std::size_t kPartsBytes = (66u << 20) + 5;  // more than goes in one piece
constexpr int kManyObjects = 1'005;                   // more than one page

Bytes sample(std::size_t size, std::uint64_t seed) {
  Bytes data(size);
  std::uint64_t state = seed * 0x9E3779B97F4A7C15ull + 1;
  for (std::size_t i = 0; i < size; ++i) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    data[i] = static_cast<std::uint8_t>(state >> 32);
  }
  return data;
}

Result<void> expect(bool holds, std::string otherwise) {
  if (holds) return {};
  return fail(Fault::permanent, std::move(otherwise));
}

template <class T>
Result<void> expect_fault(const Result<T>& result, Fault fault) {
  if (result) return fail(Fault::permanent, fmt::format("succeeded where '{}' was due", fault_name(fault)));
  return expect(result.error().fault() == fault,
                fmt::format("gave '{}' where '{}' was due: {}", fault_name(result.error().fault()),
                            fault_name(fault), result.error().what()));
}

class Suite {
 public:
  Suite(const Context& context, Store& store) : context_(context), store_(store) {
    std::uint8_t random[8];
    crypto::random_bytes(random);
    folder_ = "tranship-check-" + to_hex(random) + "/";
  }

  std::vector<CheckFinding> run(bool thorough) {
    check("write", "an object is written and read back", [this] { return write_and_read(); });
    if (!findings_[0].ok) return std::move(findings_);
    check("empty", "an empty object is kept", [this] { return round_trip("empty", {}); });
    check("pack", "an object of a pack's size is kept",
          [this] { return round_trip("pack", sample(kPackBytes, 2)); });
    check("replace", "an object is replaced", [this] { return replace(); });
    check("create", "what is there is not made again", [this] { return create(); });
    check("ranges", "a range of an object is read", [this] { return ranges(); });
    check("size", "the size of an object is told", [this] { return sizes(); });
    check("absent", "what is not there is 'not found'", [this] { return absent(); });
    check("odd_names", "names with any characters are kept", [this] { return odd_names(); });
    check("bad_names", "names that are not allowed are refused", [this] { return bad_names(); });
    check("listing", "objects are listed as soon as they are written", [this] { return listing(); });
    check("parallel", "many calls at once do not disturb each other", [this] { return at_once(); });
    check("atomic", "a reader of a replaced object sees the old or the new one",
          [this] { return atomic_replace(); });
    if (thorough) {
      check("pages", "a listing of several pages is whole", [this] { return many_objects(); });
      check("parts", "an object larger than one piece is kept",
            [this] { return round_trip("parts", sample(kPartsBytes, 3)); });
    }
    check("remove", "objects are removed", [this] { return clean_up(); });
    return std::move(findings_);
  }

 private:
  void check(std::string id, std::string name, const std::function<Result<void>()>& body) {
    const auto result = body();
    CheckFinding finding{std::move(id), std::move(name), result.has_value(), {}, {}};
    if (!result) {
      finding.text = result.error().text();
      finding.code = result.error().code();
    }
    findings_.push_back(std::move(finding));
  }

  Result<void> put(const std::string& name, ByteView data) {
    const Id digest = crypto::sha256(data);
    return store_.put(context_, folder_ + name, data, &digest);
  }

  Result<void> round_trip(const std::string& name, const Bytes& data) {
    TRY(put(name, data));
    Bytes back{1, 2, 3};
    TRY(store_.get(context_, folder_ + name, std::nullopt, back));
    return expect(back == data,
                  fmt::format("{} of {} bytes came back changed, with {} bytes", name, data.size(), back.size()));
  }

  Result<void> write_and_read() {
    const Bytes data = sample(1000, 1);
    TRY(store_.put(context_, folder_ + "first", data));  // without a digest
    Bytes back;
    TRY(store_.get(context_, folder_ + "first", std::nullopt, back));
    return expect(back == data, "the object came back changed");
  }

  Result<void> replace() {
    TRY(round_trip("replaced", sample(5000, 4)));
    return round_trip("replaced", sample(300, 5));
  }

  Result<void> create() {
    const std::string key = folder_ + "created";
    const Bytes first = sample(200, 30);
    TRY(store_.create(context_, key, first));
    TRY(expect_fault(store_.create(context_, key, sample(200, 31)), Fault::conflict));
    Bytes back;
    TRY(store_.get(context_, key, std::nullopt, back));
    return expect(back == first, "the object was replaced");
  }

  Result<void> ranges() {
    const Bytes data = sample(100'000, 6);
    TRY(put("ranges", data));
    Bytes back;
    for (const ByteRange range :
         {ByteRange{0, 1}, {0, 100'000}, {99'999, 1}, {4095, 70'001}, {50'000, 0}, {100'000, 0}}) {
      TRY(store_.get(context_, folder_ + "ranges", range, back));
      const ByteView expected = ByteView(data).subspan(range.offset, range.length);
      TRY(expect(std::ranges::equal(back, expected),
                 fmt::format("{} bytes at {} came back wrong", range.length, range.offset)));
    }
    for (const ByteRange range : {ByteRange{99'999, 2}, {100'000, 1}, {200'000, 10}, {0, 100'001}, {~0ull, 2}}) {
      TRY(expect_fault(store_.get(context_, folder_ + "ranges", range, back), Fault::corrupt));
    }
    return {};
  }

  Result<void> sizes() {
    TRY(put("sized", sample(12'345, 7)));
    const auto info = TRY(store_.stat(context_, folder_ + "sized"));
    TRY(expect(info.size == 12'345, fmt::format("{} bytes are told for 12345", info.size)));
    return expect(info.key == folder_ + "sized", "another name is told");
  }

  Result<void> absent() {
    Bytes out;
    TRY(expect_fault(store_.get(context_, folder_ + "absent", std::nullopt, out), Fault::not_found));
    TRY(expect_fault(store_.get(context_, folder_ + "absent", ByteRange{0, 10}, out), Fault::not_found));
    TRY(expect_fault(store_.stat(context_, folder_ + "absent"), Fault::not_found));
    TRY(expect_fault(store_.stat(context_, folder_ + "no/folder/either"), Fault::not_found));
    TRY(store_.remove(context_, folder_ + "absent"));
    return store_.list(context_, folder_ + "absent/", [](const ObjectInfo&) {});
  }

  Result<void> odd_names() {
    const std::vector<std::string> names{"odd/a b",         "odd/a+b",        "odd/100%",    "odd/%41", "odd/ü中文",
                                         "odd/a&b=c?d#e;f", "odd/'\"<>~!*()", "odd/.hidden", "odd/..x"};
    std::map<std::string, Bytes> expected;
    for (const std::string& name : names) {
      Bytes data = sample(64, expected.size() + 10);
      TRY(round_trip(name, data));
      expected[folder_ + name] = std::move(data);
    }
    std::vector<std::string> listed = TRY(list("odd/"));
    std::vector<std::string> wanted;
    for (const auto& [key, data] : expected) wanted.push_back(key);
    TRY(expect(listed == wanted,
               fmt::format("{} of {} names were listed as written", listed.size(), wanted.size())));
    Bytes back;
    for (const auto& [key, data] : expected) {
      TRY(store_.get(context_, key, std::nullopt, back));
      TRY(expect(back == data, "two of the names are one: " + key));
    }
    return {};
  }

  Result<void> bad_names() {
    Bytes out;
    const std::vector<std::string> names{"", "/a", "a/", "a//b", "a/./b", "../a", "a/..", std::string("a\0b", 3)};
    for (const std::string& name : names) {
      TRY(expect_fault(store_.put(context_, name, as_bytes("x")), Fault::invalid));
      TRY(expect_fault(store_.get(context_, name, std::nullopt, out), Fault::invalid));
      TRY(expect_fault(store_.stat(context_, name), Fault::invalid));
      TRY(expect_fault(store_.remove(context_, name), Fault::invalid));
    }
    return expect_fault(store_.put(context_, std::string(513, 'k'), as_bytes("x")), Fault::invalid);
  }

  Result<std::vector<std::string>> list(const std::string& prefix) {
    std::vector<std::string> keys;
    TRY(store_.list(context_, folder_ + prefix, [&](const ObjectInfo& info) { keys.push_back(info.key); }));
    std::sort(keys.begin(), keys.end());
    return keys;
  }

  Result<void> listing() {
    for (const char* name : {"list/a", "list/b/c", "list/b/d/e", "list2/f"}) TRY(put(name, sample(10, 8)));
    std::vector<ObjectInfo> all;
    TRY(store_.list(context_, folder_ + "list/", [&](const ObjectInfo& info) { all.push_back(info); }));
    TRY(expect(all.size() == 3, fmt::format("{} objects are listed instead of 3", all.size())));
    for (const ObjectInfo& info : all) TRY(expect(info.size == 10, "a listed size is wrong"));
    TRY(expect(TRY(list("list/b/")).size() == 2, "a folder below a folder is listed wrong"));
    TRY(store_.remove(context_, folder_ + "list/a"));
    TRY(expect(TRY(list("list/")).size() == 2, "a removed object is still listed"));
    std::size_t inside = 0;
    TRY(store_.list(context_, "", [&](const ObjectInfo& info) { inside += info.key.starts_with(folder_); }));
    return expect(inside == TRY(list("")).size(), "the listing of everything and of a folder differ");
  }

  // Runs `body(i)` for 0 <= i < count on eight threads; the first error.
  Result<void> parallel(int count, const std::function<Result<void>(int)>& body) {
    std::mutex mutex;
    std::optional<Error> failure;
    {
      std::vector<std::jthread> threads;
      for (int first = 0; first < 8; ++first) {
        threads.emplace_back([&, first] {
          for (int i = first; i < count; i += 8) {
            auto result = body(i);
            if (result) continue;
            std::lock_guard lock(mutex);
            if (!failure) failure = std::move(result).error();
            return;
          }
        });
      }
    }
    if (failure) return fail(std::move(*failure));
    return {};
  }

  Result<void> at_once() {
    return parallel(32,
                    [this](int i) { return round_trip(fmt::format("many/{}", i), sample(20'000u + i, 100u + i)); });
  }

  Result<void> atomic_replace() {
    const std::vector<Bytes> versions{sample(300'000, 21), sample(200'000, 22)};
    TRY(put("atomic", versions[0]));
    return parallel(8, [&](int worker) -> Result<void> {
      for (int round = 0; round < 5; ++round) {
        if (worker < 2) {
          TRY(put("atomic", versions[static_cast<std::size_t>(worker)]));
          continue;
        }
        Bytes back;
        TRY(store_.get(context_, folder_ + "atomic", std::nullopt, back));
        TRY(expect(back == versions[0] || back == versions[1], "a mixture was read"));
      }
      return {};
    });
  }

  Result<void> many_objects() {
    TRY(parallel(kManyObjects, [this](int i) { return put(fmt::format("page/{:04}", i), {}); }));
    const auto keys = TRY(list("page/"));
    TRY(expect(keys.size() == kManyObjects, fmt::format("{} of {} objects are listed", keys.size(), kManyObjects)));
    return expect(std::adjacent_find(keys.begin(), keys.end()) == keys.end(), "an object is listed twice");
  }

  Result<void> clean_up() {
    const auto keys = TRY(list(""));
    TRY(parallel(static_cast<int>(keys.size()),
                 [&](int i) { return store_.remove(context_, keys[static_cast<std::size_t>(i)]); }));
    const auto left = TRY(list(""));
    TRY(expect(left.empty(), fmt::format("{} objects are still there", left.size())));
    Bytes out;
    return expect_fault(store_.get(context_, folder_ + "first", std::nullopt, out), Fault::not_found);
  }

  const Context& context_;
  Store& store_;
  std::string folder_;
  std::vector<CheckFinding> findings_;
};

}  // namespace

std::vector<CheckFinding> check_location(const Context& context, Store& store,
                                         const CheckLocationOptions& options) {
  return Suite(context, store).run(options.thorough);
}

}  // namespace tranship::store
