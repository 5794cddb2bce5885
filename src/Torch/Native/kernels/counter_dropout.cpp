// Dropout from Philox4x32-10 (Salmon et al. 2011, Parallel Random Numbers: As Easy as 1, 2, 3): element i of a stream is word i % 4 of the counter (i / 4, stream), both of 64 bits, low word first,
// under the seed as key. Nothing is drawn in order, so a pattern can be had again from any place.
#include "autograd.h"
#include "simd.h"
#include <torch/library.h>
#include <cmath>

namespace harness {
namespace {

// Counters that are computed side by side, each of four words.
constexpr int64_t Lanes = 16;

// words: [16][4], of the counters block, block + 1, …
HT_INLINE void philox(uint64_t seed, uint64_t stream, uint64_t block, uint32_t* words) {
  uint32_t a[Lanes], b[Lanes], c[Lanes], d[Lanes];
#pragma omp simd
  for (int64_t lane = 0; lane < Lanes; lane++) {
    const uint64_t counter = block + static_cast<uint64_t>(lane);
    a[lane] = static_cast<uint32_t>(counter);
    b[lane] = static_cast<uint32_t>(counter >> 32);
    c[lane] = static_cast<uint32_t>(stream);
    d[lane] = static_cast<uint32_t>(stream >> 32);
  }
  auto low = static_cast<uint32_t>(seed), high = static_cast<uint32_t>(seed >> 32);
  for (int round = 0; round < 10; round++, low += 0x9E3779B9u, high += 0xBB67AE85u) {
#pragma omp simd
    for (int64_t lane = 0; lane < Lanes; lane++) {
      const uint64_t first = 0xD2511F53ull * a[lane], second = 0xCD9E8D57ull * c[lane];
      a[lane] = static_cast<uint32_t>(second >> 32) ^ b[lane] ^ low;
      c[lane] = static_cast<uint32_t>(first >> 32) ^ d[lane] ^ high;
      b[lane] = static_cast<uint32_t>(second);
      d[lane] = static_cast<uint32_t>(first);
    }
  }
  for (int64_t lane = 0; lane < Lanes; lane++) {
    words[4 * lane] = a[lane];
    words[4 * lane + 1] = b[lane];
    words[4 * lane + 2] = c[lane];
    words[4 * lane + 3] = d[lane];
  }
}

// Elements first … last − 1 of x, which stand at offset + their index in the stream.
HT_CLONES void drop(const float* x, float* y, int64_t first, int64_t last, uint64_t seed, uint64_t stream, uint64_t offset, uint64_t threshold, float scale) {
  uint32_t words[4 * Lanes];
  while (first < last) {
    const uint64_t place = offset + static_cast<uint64_t>(first);
    const auto skipped = static_cast<int64_t>(place % 4), count = std::min(last - first, 4 * Lanes - skipped);
    philox(seed, stream, place / 4, words);
#pragma omp simd
    for (int64_t i = 0; i < count; i++) y[first + i] = words[skipped + i] >= threshold ? x[first + i] * scale : 0.0f;
    first += count;
  }
}

at::Tensor counter_dropout(const at::Tensor& x, double p, int64_t seed, int64_t stream, int64_t offset) {
  const auto input = x.contiguous();
  auto output = at::empty_like(input);
  const auto threshold = static_cast<uint64_t>(std::nearbyint(p * 4294967296.0));
  for_rows(input.numel(), 8, [&](int64_t first, int64_t last) {
    drop(input.data_ptr<float>(), output.data_ptr<float>(), first, last, static_cast<uint64_t>(seed), static_cast<uint64_t>(stream), static_cast<uint64_t>(offset), threshold,
         static_cast<float>(1 / (1 - p)));
  });
  return output;
}

// Saves nothing: the pattern is computed anew.
struct CounterDropout : torch::autograd::Function<CounterDropout> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, double p, int64_t seed, int64_t stream, int64_t offset) {
    context->saved_data["p"] = p;
    context->saved_data["seed"] = seed;
    context->saved_data["stream"] = stream;
    context->saved_data["offset"] = offset;
    return counter_dropout(x, p, seed, stream, offset);
  }

  static Tensors backward(AutogradContext* context, const Tensors& gradients) {
    once("harness::counter_dropout");
    const auto number = [&](const char* name) { return context->saved_data[name].toInt(); };
    return {counter_dropout(gradients[0], context->saved_data["p"].toDouble(), number("seed"), number("stream"), number("offset")), {}, {}, {}, {}};
  }
};

at::Tensor counter_dropout_recorded(const at::Tensor& x, double p, int64_t seed, int64_t stream, int64_t offset) { return CounterDropout::apply(x, p, seed, stream, offset); }

TORCH_LIBRARY_FRAGMENT(harness, m) {
  m.def("counter_dropout(Tensor x, float p, int seed, int stream, int offset) -> Tensor");
  m.impl("counter_dropout", torch::dispatch(c10::DispatchKey::CPU, counter_dropout));
  m.impl("counter_dropout", torch::dispatch(c10::DispatchKey::AutogradCPU, counter_dropout_recorded));
}

}  // namespace
}  // namespace harness
