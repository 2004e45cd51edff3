// The JSON of index files: read with simdjson (they are the largest JSON there is), written byte for byte as restic
// does.

#include <simdjson.h>

#include <limits>

#include "crypto/seal.h"
#include "repo/format/go_text.h"
#include "repo/format/index.h"

namespace tranship::repo {
namespace {

// The DOM interface, because it chooses the CPU's kernel at run time; the on-demand one does so when compiled.
using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

// Beside the packs, where other programs do not look.
constexpr const char* kNotes = "tranship";
constexpr const char* kWritten = "written";
constexpr const char* kMarked = "marked";

void append_note(std::string& out, const char* name, std::int64_t time_ns) {
  out += std::string("\"") + name + "\":";
  append_json_time(out, time_ns);
}

// Where in the file we are, for errors.
struct Place {
  std::size_t pack = 0, blob = 0;
  std::string text() const { return "pack " + std::to_string(pack) + ", blob " + std::to_string(blob); }
};

Error damaged(std::string what) {
  return Error(Fault::corrupt, "index: " + std::move(what)).with_code("index.damaged");
}

Result<Id> read_id(element value, const char* of) {
  std::string_view hex;
  if (value.get_string().get(hex)) return fail(damaged(std::string(of) + " id is not a string"));
  auto id = Id::parse(hex);
  if (!id) return fail(damaged(std::string(of) + " id is not 64 hexadecimal digits"));
  return *id;
}

Result<std::uint32_t> read_number(element value, const char* of) {
  std::uint64_t number = 0;
  if (value.get_uint64().get(number) || number > std::numeric_limits<std::uint32_t>::max()) {
    return fail(damaged(std::string(of) + " is not a number of 32 bits"));
  }
  return static_cast<std::uint32_t>(number);
}

Result<BlobType> read_type(element value) {
  std::string_view type;
  if (value.get_string().get(type)) return fail(damaged("type is not a string"));
  if (type == "data") return BlobType::data;
  if (type == "tree") return BlobType::tree;
  return fail(damaged("unknown blob type"));
}

Result<PackedBlob> read_blob(object members) {
  PackedBlob blob;
  bool has_id = false, has_type = false, has_offset = false, has_length = false;
  for (const auto& [key, value] : members) {
    if (key == "id") {
      blob.id = TRY(read_id(value, "blob")), has_id = true;
    } else if (key == "type") {
      blob.type = TRY(read_type(value)), has_type = true;
    } else if (key == "offset") {
      blob.offset = TRY(read_number(value, "offset")), has_offset = true;
    } else if (key == "length") {
      blob.length = TRY(read_number(value, "length")), has_length = true;
    } else if (key == "uncompressed_length") {
      blob.uncompressed_length = TRY(read_number(value, "uncompressed_length"));
    }
  }
  if (!has_id || !has_type || !has_offset || !has_length) {
    return fail(damaged("id, type, offset or length is missing"));
  }
  if (blob.length < crypto::kSealOverhead) return fail(damaged("a blob shorter than its seal"));
  if (blob.length > std::numeric_limits<std::uint32_t>::max() - blob.offset) {
    return fail(damaged("a blob that reaches over 4 GiB"));
  }
  return blob;
}

Result<PackEntry> read_pack(object members, Place& place) {
  PackEntry pack;
  bool has_id = false;
  for (const auto& [key, value] : members) {
    if (key == "id") {
      pack.id = TRY(read_id(value, "pack")), has_id = true;
    } else if (key == "blobs") {
      array blobs;
      if (value.get_array().get(blobs)) return fail(damaged("blobs is not a list"));
      for (const element item : blobs) {
        object blob;
        if (item.get_object().get(blob)) return fail(damaged("a blob is not an object"));
        pack.blobs.push_back(TRY(read_blob(blob)));
        ++place.blob;
      }
      place.blob = 0;
    }
  }
  if (!has_id) return fail(damaged("a pack has no id"));
  return pack;
}

Result<std::optional<std::int64_t>> read_note_time(object notes, const char* name) {
  element value;
  if (notes[name].get(value)) return std::optional<std::int64_t>();
  std::string_view text;
  if (value.get_string().get(text)) return fail(damaged(std::string(name) + " is not a string"));
  const auto time = parse_json_time(text);
  if (!time) return fail(damaged(std::string(name) + " is not a time"));
  return time;
}

struct IndexContent {
  std::vector<PackEntry> packs;
  IndexNotes notes;
};

Result<IndexContent> read_index(std::string_view json, Place& place) {
  IndexContent content;
  simdjson::dom::parser parser;
  element document;
  // simdjson copies from where an empty text is, which may be nowhere.
  if (json.empty()) return fail(damaged("empty"));
  if (const auto error = parser.parse(json.data(), json.size()).get(document)) {
    return fail(damaged(simdjson::error_message(error)));
  }
  object members;
  if (document.get_object().get(members)) return fail(damaged("not a JSON object"));
  for (const auto& [key, value] : members) {
    if (key == kNotes) {
      object notes;
      if (value.get_object().get(notes)) return fail(damaged("the notes are not an object"));
      content.notes.written_ns = TRY(read_note_time(notes, kWritten));
      content.notes.marked_ns = TRY(read_note_time(notes, kMarked));
    }
    // A null list is what restic writes for an index without packs.
    if (key != "packs" || value.is_null()) continue;
    array list;
    if (value.get_array().get(list)) return fail(damaged("packs is not a list"));
    for (const element item : list) {
      object pack;
      if (item.get_object().get(pack)) return fail(damaged("a pack is not an object"));
      content.packs.push_back(TRY(read_pack(pack, place)));
      ++place.pack;
    }
  }
  return content;
}

}  // namespace

Result<void> Index::add_json(std::string_view json, const Id& file) {
  Place place;
  auto content = read_index(json, place);
  if (!content) return fail(std::move(content).error().in("at " + place.text()));
  add_file(content->packs, file, content->notes);
  return {};
}

std::string index_json(const std::vector<PackEntry>& packs, const IndexNotes& notes) {
  std::string out = "{\"packs\":[";
  for (const PackEntry& pack : packs) {
    out += &pack == packs.data() ? "{\"id\":\"" : ",{\"id\":\"";
    out += pack.id.hex() + "\",\"blobs\":[";
    for (const PackedBlob& blob : pack.blobs) {
      out += &blob == pack.blobs.data() ? "{\"id\":\"" : ",{\"id\":\"";
      out += blob.id.hex();
      out += blob.type == BlobType::data ? "\",\"type\":\"data\",\"offset\":" : "\",\"type\":\"tree\",\"offset\":";
      out += std::to_string(blob.offset) + ",\"length\":" + std::to_string(blob.length);
      if (blob.uncompressed_length != 0) {
        out += ",\"uncompressed_length\":" + std::to_string(blob.uncompressed_length);
      }
      out += '}';
    }
    out += "]}";
  }
  out += ']';
  if (notes.written_ns || notes.marked_ns) {
    out += std::string(",\"") + kNotes + "\":{";
    if (notes.written_ns) append_note(out, kWritten, *notes.written_ns);
    if (notes.written_ns && notes.marked_ns) out += ',';
    if (notes.marked_ns) append_note(out, kMarked, *notes.marked_ns);
    out += '}';
  }
  return out + "}\n";
}

}  // namespace tranship::repo
