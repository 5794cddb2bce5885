// Compiled without contraction: the reference rounds each product before it subtracts.
#include "simd.h"
#include <ATen/ATen.h>
#include <torch/library.h>
#include <cmath>

namespace harness {
namespace {

// Rows are independent, so sixteen of them lie side by side and every step is one on vectors.
constexpr int64_t Side = 16;

struct Rows {
  float* weights;  // [width, 16]
  float* errors;   // [width, 16]
  uint8_t* mask;   // [width, 16]
};

// Marks the columns of one group with the smallest scores, lower columns first: w² / U[j, j]², or |w| · norm[j] where a norm is given.
HT_INLINE void choose(Rows rows, const float* u, int64_t u_stride, const float* norm, int64_t first, int64_t last, int64_t pruned, float* scores) {
  for (int64_t j = first; j < last; j++) {
    const float pivot = u[j * u_stride + j], square = pivot * pivot;
#pragma omp simd
    for (int64_t lane = 0; lane < Side; lane++) {
      const float w = rows.weights[j * Side + lane];
      scores[(j - first) * Side + lane] = norm ? std::fabs(w) * norm[j] : w * w / square;
    }
  }
  for (int64_t j = 0; j < last - first; j++) {
    int32_t rank[Side] = {};
    for (int64_t i = 0; i < last - first; i++) {
#pragma omp simd
      for (int64_t lane = 0; lane < Side; lane++) {
        const float mine = scores[j * Side + lane], other = scores[i * Side + lane];
        rank[lane] += i < j ? other <= mine : other < mine;
      }
    }
#pragma omp simd
    for (int64_t lane = 0; lane < Side; lane++) rows.mask[(first + j) * Side + lane] = rank[lane] < pruned;
  }
}

HT_CLONES void sweep(Rows rows, const float* u, int64_t u_stride, const float* norm, int64_t width, int64_t pruned, int64_t group, float* scores) {
  for (int64_t i = 0; i < width; i++) {
    if (group > 0 && i % group == 0) choose(rows, u, u_stride, norm, i, std::min(i + group, width), pruned, scores);
    float kept[Side], error[Side];
#pragma omp simd
    for (int64_t lane = 0; lane < Side; lane++) {
      const float w = rows.weights[i * Side + lane];
      kept[lane] = rows.mask[i * Side + lane] ? 0.0f : w;
      error[lane] = (w - kept[lane]) / u[i * u_stride + i];
    }
    for (int64_t j = i + 1; j < width; j++) {
      const float factor = u[i * u_stride + j];
#pragma omp simd
      for (int64_t lane = 0; lane < Side; lane++) rows.weights[j * Side + lane] -= error[lane] * factor;
    }
    std::copy(kept, kept + Side, rows.weights + i * Side);
    std::copy(error, error + Side, rows.errors + i * Side);
  }
}

at::Tensor sparsegpt_block_(at::Tensor& weights, const at::Tensor& u, at::Tensor& mask, int64_t pruned, int64_t group, const c10::optional<at::Tensor>& norm) {
  const auto rows = weights.size(0), width = weights.size(1);
  TORCH_CHECK(u.dim() == 2 && u.size(0) == width && u.size(1) == width && u.stride(1) == 1, "U must be [", width, ", ", width, "] with contiguous rows, not ", u.sizes());
  TORCH_CHECK(mask.sizes() == weights.sizes() && mask.scalar_type() == at::kBool, "mask must be bool ", weights.sizes(), ", not ", mask.sizes());
  TORCH_CHECK(weights.stride(1) == 1 && mask.stride(1) == 1, "rows must be contiguous");
  TORCH_CHECK(!norm || norm->numel() == width, "norm must have ", width, " elements");
  const auto scale = norm ? norm->contiguous() : at::Tensor();
  auto errors = at::empty({rows, width}, weights.options());
  for_rows((rows + Side - 1) / Side, Side * width * width / 2, [&](int64_t begin, int64_t end) {
    std::vector<float> w(width * Side), e(width * Side), scores(std::min(group, width) * Side);
    std::vector<uint8_t> pruning(width * Side);
    for (int64_t bundle = begin; bundle < end; bundle++) {
      const auto first = bundle * Side, count = std::min(Side, rows - first);
      for (int64_t lane = 0; lane < count; lane++) {
        const auto from = weights.data_ptr<float>() + (first + lane) * weights.stride(0);
        const auto marked = mask.data_ptr<bool>() + (first + lane) * mask.stride(0);
        for (int64_t j = 0; j < width; j++) {
          w[j * Side + lane] = from[j];
          pruning[j * Side + lane] = marked[j];
        }
      }
      sweep({w.data(), e.data(), pruning.data()}, u.data_ptr<float>(), u.stride(0), norm ? scale.data_ptr<float>() : nullptr, width, pruned, group, scores.data());
      for (int64_t lane = 0; lane < count; lane++) {
        const auto to = weights.data_ptr<float>() + (first + lane) * weights.stride(0);
        const auto marked = mask.data_ptr<bool>() + (first + lane) * mask.stride(0);
        const auto error = errors.data_ptr<float>() + (first + lane) * width;
        for (int64_t j = 0; j < width; j++) {
          to[j] = w[j * Side + lane];
          marked[j] = pruning[j * Side + lane];
          error[j] = e[j * Side + lane];
        }
      }
    }
  });
  return errors;
}

TORCH_LIBRARY_FRAGMENT(harness, m) {
  m.def("sparsegpt_block_(Tensor(a!) weights, Tensor u, Tensor(b!) mask, int pruned=0, int group=0, Tensor? norm=None) -> Tensor",
        torch::dispatch(c10::DispatchKey::CPU, sparsegpt_block_));
}

}  // namespace
}  // namespace harness
