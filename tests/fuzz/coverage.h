#pragma once
// Which code an input reached, when the program was built with -fsanitize-coverage=trace-pc (the preset "fuzz").
// Without it nothing is ever new. Not thread-safe, except that code under test may have threads.

#include <cstddef>

namespace tranship::fuzz {

// Forgets what the last input reached.
void begin_coverage();
// True when the last input reached something that no input before it had, or reached it more often.
bool found_new_coverage();
// Edges reached so far; 0 when the program does not measure.
std::size_t edges_reached();

}  // namespace tranship::fuzz
