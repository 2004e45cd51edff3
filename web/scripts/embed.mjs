// Turns a built dist/ into what the binary holds: one file with all pages compressed, and a C++ table of them.
// usage: node embed.mjs DIST OUTPUT; writes OUTPUT/pages.bin and OUTPUT/pages_table.cc
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

const [dist, output] = process.argv.slice(2).map((path) => resolve(path));
const files = readdirSync(dist, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(dist, join(entry.parentPath, entry.name)))
  .sort();

const parts = [];
let offset = 0;
const rows = files.map((name) => {
  const content = readFileSync(join(dist, name));
  const type = types[name.slice(name.lastIndexOf('.'))];
  if (!type) throw new Error(`${name}: a kind of file that embed.mjs has no content type for`);
  const gzip = gzipSync(content, { level: 9 });
  const etag = createHash('sha256').update(content).digest('base64url').slice(0, 22);
  const immutable = name.startsWith('assets/');
  const row = `    Page{"/${name}", "${type}", "\\"${etag}\\"", bytes(${offset}, ${gzip.length}), ${immutable}},`;
  parts.push(gzip);
  offset += gzip.length;
  return row;
});

writeFileSync(join(output, 'pages.bin'), Buffer.concat(parts));
writeFileSync(
  join(output, 'pages_table.cc'),
  `// Made by web/scripts/embed.mjs.
#include <array>
#include <cstddef>

#include "web/pages.h"

// The bytes themselves: an array of numbers would take the compiler minutes.
__asm__(
    ".pushsection .rodata\\n"
    ".global tranship_pages\\n"
    "tranship_pages:\\n"
    ".incbin \\"${join(output, 'pages.bin')}\\"\\n"
    ".byte 0\\n"
    ".popsection\\n");
extern "C" const char tranship_pages[];

namespace tranship::web {
namespace {

std::string_view bytes(std::size_t offset, std::size_t size) { return {tranship_pages + offset, size}; }

}  // namespace

std::span<const Page> pages() {
  static const std::array<Page, ${rows.length}> table{{
${rows.join('\n')}
  }};
  return table;
}

}  // namespace tranship::web
`,
);
