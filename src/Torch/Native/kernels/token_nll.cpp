#include "simd.h"
#include <ATen/ATen.h>
#include <torch/library.h>
#include <cmath>
#include <limits>

namespace harness {
namespace {

// log Σ e^x: the row is read twice, from the cache the second time; sums of a stretch in float, of the stretches in double.
HT_CLONES double log_sum_exp(const float* x, int64_t count) {
  constexpr int64_t Stretch = 512;
  float most = -std::numeric_limits<float>::infinity();
#pragma omp simd reduction(max : most)
  for (int64_t i = 0; i < count; i++) most = x[i] > most ? x[i] : most;
  double total = 0;
  for (int64_t from = 0; from < count; from += Stretch) {
    const int64_t to = std::min(from + Stretch, count);
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t i = from; i < to; i++) sum += exponential(x[i] - most);
    total += sum;
  }
  return most + std::log(total);
}

at::Tensor token_nll(const at::Tensor& logits, const at::Tensor& targets) {
  TORCH_CHECK(logits.dim() == 2 && targets.dim() == 1 && targets.size(0) == logits.size(0), "logits ", logits.sizes(), " must be [tokens, vocabulary], targets ",
              targets.sizes(), " [tokens]");
  TORCH_CHECK(targets.scalar_type() == at::kLong, "targets must be int64");
  const auto tokens = logits.size(0), vocabulary = logits.size(1);
  const auto rows = logits.contiguous(), wanted = targets.contiguous();
  const auto ids = wanted.data_ptr<int64_t>();
  TORCH_CHECK(std::all_of(ids, ids + tokens, [&](int64_t id) { return id >= 0 && id < vocabulary; }), "a target is outside the vocabulary of ", vocabulary);
  auto output = at::empty({tokens}, rows.options().dtype(at::kDouble));
  for_rows(tokens, vocabulary, [&](int64_t first, int64_t last) {
    for (int64_t token = first; token < last; token++) {
      const auto row = rows.data_ptr<float>() + token * vocabulary;
      output.data_ptr<double>()[token] = log_sum_exp(row, vocabulary) - row[ids[token]];
    }
  });
  return output;
}

TORCH_LIBRARY_FRAGMENT(harness, m) { m.def("token_nll(Tensor logits, Tensor targets) -> Tensor", torch::dispatch(c10::DispatchKey::CPU, token_nll)); }

}  // namespace
}  // namespace harness
