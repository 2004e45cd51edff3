#pragma once
// Polynomials over GF(2) in 64 bits: bit i is the coefficient of x^i. Inside repo/chunker only.

#include <bit>
#include <cstdint>

namespace tranship::repo {

// -1 for the zero polynomial.
inline int polynomial_degree(std::uint64_t polynomial) { return 63 - std::countl_zero(polynomial); }

// `divisor` is not zero.
inline std::uint64_t polynomial_remainder(std::uint64_t value, std::uint64_t divisor) {
  const int degree = polynomial_degree(divisor);
  while (polynomial_degree(value) >= degree) value ^= divisor << (polynomial_degree(value) - degree);
  return value;
}

// a * b mod `modulus`; a and b are remainders already, the modulus has a degree of 1 to 62.
std::uint64_t polynomial_multiply(std::uint64_t a, std::uint64_t b, std::uint64_t modulus);
std::uint64_t polynomial_gcd(std::uint64_t a, std::uint64_t b);

}  // namespace tranship::repo
