#include "repo/chunker/polynomial.h"

#include "crypto/random.h"
#include "repo/chunker/chunker.h"
#include "repo/chunker/kernels.h"

namespace tranship::repo {

std::uint64_t polynomial_multiply(std::uint64_t a, std::uint64_t b, std::uint64_t modulus) {
  const std::uint64_t top = std::uint64_t{1} << polynomial_degree(modulus);
  std::uint64_t product = 0;
  for (; b != 0; b >>= 1) {
    if (b & 1) product ^= a;
    a <<= 1;
    if (a & top) a ^= modulus;
  }
  return product;
}

std::uint64_t polynomial_gcd(std::uint64_t a, std::uint64_t b) {
  while (b != 0) {
    const std::uint64_t rest = polynomial_remainder(a, b);
    a = b;
    b = rest;
  }
  return a;
}

// Ben-Or's test: x^(2^i) - x is the product of all irreducible polynomials whose degree divides i, so a polynomial of
// degree n that shares no factor with any of them up to n/2 has no factor at all.
bool is_irreducible(std::uint64_t polynomial) {
  const int degree = polynomial_degree(polynomial);
  if (degree < 1 || degree > 62) return false;
  constexpr std::uint64_t kX = 2;
  std::uint64_t power = polynomial_remainder(kX, polynomial);
  for (int i = 1; i <= degree / 2; ++i) {
    power = polynomial_multiply(power, power, polynomial);
    if (polynomial_gcd(polynomial, power ^ kX) != 1) return false;
  }
  return true;
}

bool is_chunker_polynomial(std::uint64_t polynomial) {
  return polynomial_degree(polynomial) == kPolynomialDegree && is_irreducible(polynomial);
}

std::uint64_t random_polynomial() {
  constexpr std::uint64_t kTop = std::uint64_t{1} << kPolynomialDegree;
  for (;;) {
    std::uint64_t polynomial = 0;
    crypto::random_bytes({reinterpret_cast<std::uint8_t*>(&polynomial), sizeof polynomial});
    polynomial = (polynomial & (kTop - 1)) | kTop | 1;
    if (is_irreducible(polynomial)) return polynomial;
  }
}

}  // namespace tranship::repo
