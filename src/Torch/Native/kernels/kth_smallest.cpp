#include "float_order.h"
#include <ATen/ATen.h>
#include <torch/library.h>
#include <mutex>

namespace harness {
namespace {

constexpr int64_t Buckets = 1 << 16;

uint32_t unsigned_key(float value) { return static_cast<uint32_t>(order_key(value)) ^ 0x80000000u; }

// How many elements fall into each bucket; bucket(element) is negative for those that do not matter.
template <class F>
std::vector<int64_t> histogram(const float* x, int64_t count, const F& bucket) {
  std::vector<int64_t> total(Buckets);
  std::mutex merging;
  at::parallel_for(0, count, 4 * Buckets, [&](int64_t first, int64_t last) {
    std::vector<int64_t> counts(Buckets);
    for (int64_t i = first; i < last; i++) {
      const int64_t b = bucket(x[i]);
      if (b >= 0) counts[b]++;
    }
    std::lock_guard<std::mutex> lock(merging);
    for (int64_t b = 0; b < Buckets; b++) total[b] += counts[b];
  });
  return total;
}

// The bucket that holds the k-th element; k becomes its position inside.
int64_t find(const std::vector<int64_t>& counts, int64_t& k) {
  int64_t b = 0;
  for (; k >= counts[b]; b++) k -= counts[b];
  return b;
}

// Radix selection: the upper half of the key, then the lower half among those that share it.
at::Tensor kth_smallest(const at::Tensor& x, int64_t k) {
  TORCH_CHECK(k >= 0 && k < x.numel(), "k is ", k, ", outside the ", x.numel(), " elements");
  const auto from = x.contiguous();
  const auto data = from.data_ptr<float>();
  const auto high = find(histogram(data, from.numel(), [](float value) { return static_cast<int64_t>(unsigned_key(value) >> 16); }), k);
  const auto low = find(histogram(data, from.numel(), [high](float value) {
    const auto key = unsigned_key(value);
    return key >> 16 == high ? static_cast<int64_t>(key & 0xffff) : -1;
  }), k);
  const auto key = static_cast<int32_t>(static_cast<uint32_t>(high << 16 | low) ^ 0x80000000u);
  const auto bits = key ^ ((key >> 31) & 0x7fffffff);
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return at::full({}, value, from.options());
}

TORCH_LIBRARY_FRAGMENT(harness, m) { m.def("kth_smallest(Tensor x, int k) -> Tensor", torch::dispatch(c10::DispatchKey::CPU, kth_smallest)); }

}  // namespace
}  // namespace harness
