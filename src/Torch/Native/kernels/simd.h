// What the kernels share: vectors, an exponential that vectorises, and loops over the threads of libtorch.
#pragma once
#include <ATen/Parallel.h>
#include <cstdint>
#include <cstring>
#include <omp.h>

// One source, three instruction sets: the loader picks the best clone for the machine. Goes on leaf functions: the body of a
// parallel region is a function of its own and would not be cloned.
#if defined(__x86_64__)
#define HT_CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define HT_CLONES
#endif
#define HT_INLINE inline __attribute__((always_inline))

namespace harness {

// AVX-512, with the types that its clones use.
#if defined(__x86_64__)
const bool HasWideVectors = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl");
#else
const bool HasWideVectors = false;
#endif

// e^x within 1 ulp for x in [-87, 88], clamped outside: x = n·ln 2 + r, |r| ≤ ln 2 / 2, and Cephes' polynomial for e^r.
HT_INLINE float exponential(float x) {
  x = x < -87.3f ? -87.3f : x;
  x = x > 88.3f ? 88.3f : x;
  // Adding 1.5·2^23 rounds to an integer and leaves it in the low bits.
  const float shifter = 12582912.0f;
  float shifted = x * 1.44269504088896341f + shifter;
  float n = shifted - shifter;
  float r = x - n * 0.693359375f;
  r = r + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  int32_t bits;
  std::memcpy(&bits, &shifted, sizeof bits);
  bits = (bits << 23) + 0x3f800000;
  float power;
  std::memcpy(&power, &bits, sizeof power);
  return p * power;
}

// body(first, last) over ranges of rows, so that a task has about `Task` elements; the result must not depend on the split.
template <class F>
void for_rows(int64_t rows, int64_t elements_per_row, const F& body) {
  constexpr int64_t Task = 1 << 15;
  at::parallel_for(0, rows, std::max<int64_t>(1, Task / std::max<int64_t>(elements_per_row, 1)), body);
}

// body(item, thread) for items of unequal cost, in about this order.
template <class F>
void for_items(int64_t items, const F& body) {
#pragma omp parallel for schedule(dynamic, 1) num_threads(at::get_num_threads())
  for (int64_t item = 0; item < items; item++) body(item, omp_get_thread_num());
}

}  // namespace harness
