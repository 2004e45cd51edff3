#include "memory.h"

#include <malloc.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <string_view>

namespace tranship::fuzz {
namespace {

std::atomic<std::size_t> held{0};
std::atomic<std::size_t> held_max{SIZE_MAX};

void* counted(void* memory) {
  if (memory == nullptr) return nullptr;
  const std::size_t size = ::malloc_usable_size(memory);
  if (held.fetch_add(size) + size <= held_max.load()) return memory;
  held_max = SIZE_MAX;
  constexpr std::string_view kText = "fuzz: does not hold: an input takes no more memory than it may\n";
  (void)!::write(STDERR_FILENO, kText.data(), kText.size());
  std::abort();
}

void* take(std::size_t size) {
  return counted(std::malloc(size == 0 ? 1 : size));
}

void* take(std::size_t size, std::align_val_t alignment) {
  void* memory = nullptr;
  const auto failed = ::posix_memalign(&memory, static_cast<std::size_t>(alignment), size == 0 ? 1 : size);
  return failed ? nullptr : counted(memory);
}

void* or_throw(void* memory) {
  return memory != nullptr ? memory : throw std::bad_alloc();
}

void give_back(void* memory) {
  if (memory == nullptr) return;
  held -= ::malloc_usable_size(memory);
  std::free(memory);
}

}  // namespace

void limit_memory(std::size_t bytes) {
  held_max = held.load() + bytes;
}
void unlimit_memory() {
  held_max = SIZE_MAX;
}

}  // namespace tranship::fuzz

using tranship::fuzz::give_back;
using tranship::fuzz::or_throw;
using tranship::fuzz::take;

void* operator new(std::size_t size) {
  return or_throw(take(size));
}
void* operator new[](std::size_t size) {
  return or_throw(take(size));
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return take(size);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return take(size);
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return or_throw(take(size, alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return or_throw(take(size, alignment));
}
void* operator new(std::size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  return take(size, alignment);
}
void* operator new[](std::size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  return take(size, alignment);
}
void operator delete(void* memory) noexcept {
  give_back(memory);
}
void operator delete[](void* memory) noexcept {
  give_back(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  give_back(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  give_back(memory);
}
void operator delete(void* memory, const std::nothrow_t&) noexcept {
  give_back(memory);
}
void operator delete[](void* memory, const std::nothrow_t&) noexcept {
  give_back(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  give_back(memory);
}
void operator delete[](void* memory, std::align_val_t) noexcept {
  give_back(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  give_back(memory);
}
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept {
  give_back(memory);
}
void operator delete(void* memory, std::align_val_t, const std::nothrow_t&) noexcept {
  give_back(memory);
}
void operator delete[](void* memory, std::align_val_t, const std::nothrow_t&) noexcept {
  give_back(memory);
}
