#include "mutate.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace tranship::fuzz {
namespace {

constexpr std::array<std::uint64_t, 20> kIntegers = {
    0,     1,     2,     7,          31,         32,         127,         128,        255,       256,
    32767, 65535, 65536, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000, 1ull << 53, INT64_MAX, UINT64_MAX};
constexpr std::array<std::string_view, 24> kTexts = {"-1",      "9223372036854775808",
                                                     "1e999",   "-0.0",
                                                     "1e308",   "null",
                                                     "true",    "\"\"",
                                                     "{}",      "[]",
                                                     "\n",      "\r\n",
                                                     "\\u0000", "\xff",
                                                     "%00",     "../",
                                                     "/",       ":",
                                                     "@",       "=",
                                                     ",",       "\t",
                                                     "é",       "\xf0\x9f\x98\x80"};

std::size_t place(Random& random, const std::string& text) {
  return random.below(text.size() + 1);
}

// A piece of `text` as it is: mostly short.
std::string_view piece(Random& random, const std::string& text) {
  const std::size_t begin = place(random, text);
  const std::size_t length = random.one_in(4) ? text.size() : 32;
  return std::string_view(text).substr(begin, random.below(std::min(length, text.size() - begin) + 1));
}

std::string bytes_of(Random& random) {
  const std::uint64_t value = kIntegers[random.below(kIntegers.size())] + random.below(3) - 1;
  const std::size_t size = std::size_t{1} << random.below(4);
  std::string bytes;
  for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(value >> 8 * i);
  if (random.one_in(2)) std::reverse(bytes.begin(), bytes.end());
  return bytes;
}

std::string word_of(Random& random, const Target& target) {
  if (!target.words.empty() && !random.one_in(4)) return target.words[random.below(target.words.size())];
  return std::string(kTexts[random.below(kTexts.size())]);
}

void put(Random& random, std::string& text, std::string_view what, bool over) {
  const std::size_t at = place(random, text);
  text.replace(at, over ? std::min(what.size(), text.size() - at) : 0, std::string(what));
}

void replace_number(Random& random, std::string& text) {
  const std::size_t from = place(random, text);
  const std::size_t begin = text.find_first_of("0123456789", from);
  if (begin == text.npos) return;
  std::size_t end = begin;
  while (end < text.size() && std::isdigit(static_cast<unsigned char>(text[end]))) ++end;
  text.replace(begin, end - begin, std::to_string(kIntegers[random.below(kIntegers.size())] + random.below(3) - 1));
}

void repeat(Random& random, std::string& text) {
  const std::string what(piece(random, text));
  if (what.empty()) return;
  const std::size_t times = random.below(std::min<std::size_t>(2000, kInputBytesMax / what.size()) + 1);
  std::string many;
  for (std::size_t i = 0; i < times; ++i) many += what;
  put(random, text, many, false);
}

void change(Random& random, const Target& target, std::string& text, const std::string& other) {
  switch (random.below(14)) {
    case 0:
      if (!text.empty()) text[random.below(text.size())] ^= static_cast<char>(1u << random.below(8));
      break;
    case 1:
      if (!text.empty()) text[random.below(text.size())] = static_cast<char>(random.next());
      break;
    case 2:
      put(random, text, std::string(1, static_cast<char>(random.next())), false);
      break;
    case 3: {
      const std::size_t at = place(random, text);
      text.erase(at, random.below(random.one_in(4) ? text.size() - at + 1 : 8));
      break;
    }
    case 4:
      put(random, text, std::string(piece(random, text)), false);
      break;
    case 5:
      put(random, text, std::string(piece(random, text)), true);
      break;
    case 6:
      put(random, text, bytes_of(random), random.one_in(2));
      break;
    case 7:
      replace_number(random, text);
      break;
    case 8:
      put(random, text, word_of(random, target), false);
      break;
    case 9:
      put(random, text, word_of(random, target), true);
      break;
    case 10:
      text = text.substr(0, place(random, text)) + other.substr(place(random, other));
      break;
    case 11:
      put(random, text, std::string(piece(random, other)), random.one_in(2));
      break;
    case 12:
      if (random.one_in(8)) repeat(random, text);
      break;
    default:
      if (!text.empty()) text[random.below(text.size())] = kTexts[random.below(kTexts.size())][0];
  }
}

}  // namespace

std::uint64_t Random::next() {
  std::uint64_t value = state_ += 0x9e3779b97f4a7c15u;
  value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9u;
  value = (value ^ value >> 27) * 0x94d049bb133111ebu;
  return value ^ value >> 31;
}

std::string mutate(Random& random, const Target& target, const std::vector<std::string>& corpus) {
  // What was found last leads on most often.
  const std::size_t recent = std::min<std::size_t>(corpus.size(), 16);
  std::string text =
      random.one_in(3) ? corpus[corpus.size() - 1 - random.below(recent)] : corpus[random.below(corpus.size())];
  const std::string& other = corpus[random.below(corpus.size())];
  const std::size_t changes = std::size_t{1} << random.below(4);
  for (std::size_t i = 0; i < changes; ++i) {
    std::string as_json = target.json && !random.one_in(4) ? mutate_json(random, target, text, other) : std::string();
    if (!as_json.empty()) {
      text = std::move(as_json);
    } else {
      change(random, target, text, other);
    }
    if (text.size() > kInputBytesMax) text.resize(kInputBytesMax);
  }
  return text;
}

}  // namespace tranship::fuzz
