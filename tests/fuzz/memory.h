#pragma once
// Counts what operator new holds, so that an input that takes more than it may is found. Thread-safe.

#include <cstddef>

namespace tranship::fuzz {

// From here on, more than `bytes` in addition to what is held now ends the process.
void limit_memory(std::size_t bytes);
void unlimit_memory();

}  // namespace tranship::fuzz
