#include "again.h"
#include "element.h"
#include <torch/library.h>
#include <cmath>

namespace harness {
namespace {

// Rows whose share of the weight's gradient is summed on its own, whatever the threads.
constexpr int64_t Stretch = 64;

template <class T, class W>
HT_CLONES void normalise(const T* x, const W* weight, T* y, int64_t rows, int64_t width, float eps) {
  for (int64_t row = 0; row < rows; row++, x += width, y += width) {
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t i = 0; i < width; i++) sum += wide(x[i]) * wide(x[i]);
    const float scale = 1.0f / std::sqrt(sum / static_cast<float>(width) + eps);
#pragma omp simd
    for (int64_t i = 0; i < width; i++) put(y[i], wide(x[i]) * scale * wide(weight[i]));
  }
}

// With s = 1 / rms(x): ∂x = s · (w·g − x · s² · mean(w·g·x)), ∂w = Σ g · x · s over the rows. ∂x and ∂w may be null.
HT_CLONES void normalise_back(const float* x, const float* weight, const float* gradient, float* dx, float* dweight, int64_t rows, int64_t width, float eps) {
  for (int64_t row = 0; row < rows; row++, x += width, gradient += width) {
    float squares = 0, pull = 0;
#pragma omp simd reduction(+ : squares, pull)
    for (int64_t i = 0; i < width; i++) {
      squares += x[i] * x[i];
      pull += weight[i] * gradient[i] * x[i];
    }
    const float scale = 1.0f / std::sqrt(squares / static_cast<float>(width) + eps), back = pull / static_cast<float>(width) * scale * scale;
    if (dx) {
#pragma omp simd
      for (int64_t i = 0; i < width; i++) dx[row * width + i] = scale * (weight[i] * gradient[i] - x[i] * back);
    }
    if (dweight) {
#pragma omp simd
      for (int64_t i = 0; i < width; i++) dweight[i] += gradient[i] * (x[i] * scale);
    }
  }
}

at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& weight, double eps) {
  const auto width = x.size(-1);
  TORCH_CHECK(weight.dim() == 1 && weight.size(0) == width, "weight has ", weight.numel(), " elements; the rows of x have ", width);
  const auto input = x.contiguous(), scales = weight.contiguous();
  auto output = at::empty_like(input);
  with_elements(input, [&](auto element) {
    with_elements(scales, [&](auto scale) {
      using T = decltype(element);
      using W = decltype(scale);
      for_rows(width == 0 ? 0 : input.numel() / width, width, [&](int64_t first, int64_t last) {
        normalise(input.data_ptr<T>() + first * width, scales.data_ptr<W>(), output.data_ptr<T>() + first * width, last - first, width, static_cast<float>(eps));
      });
    });
  });
  return output;
}

Tensors rms_norm_backward(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& gradient, double eps, bool for_x, bool for_weight) {
  const auto width = x.size(-1), rows = width == 0 ? 0 : x.numel() / width, stretches = (rows + Stretch - 1) / Stretch;
  const auto input = x.contiguous(), scales = weight.contiguous(), incoming = gradient.contiguous();
  const auto dx = for_x ? at::empty_like(input) : at::Tensor(), dweights = for_weight ? at::zeros({stretches, width}, input.options()) : at::Tensor();
  for_rows(stretches, Stretch * width, [&](int64_t begin, int64_t end) {
    for (int64_t stretch = begin; stretch < end; stretch++) {
      const auto first = stretch * Stretch, offset = first * width;
      normalise_back(input.data_ptr<float>() + offset, scales.data_ptr<float>(), incoming.data_ptr<float>() + offset, for_x ? dx.data_ptr<float>() + offset : nullptr,
                     for_weight ? dweights.data_ptr<float>() + stretch * width : nullptr, std::min(Stretch, rows - first), width, static_cast<float>(eps));
    }
  });
  return {dx, for_weight ? dweights.sum(0) : at::Tensor(), {}};
}

struct RmsNorm : torch::autograd::Function<RmsNorm> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& weight, double eps) {
    context->save_for_backward({x, weight});
    context->saved_data["eps"] = eps;
    return rms_norm(x, weight, eps);
  }

  static at::Tensor again(AutogradContext* context) {
    const auto saved = context->get_saved_variables();
    return rms_norm(saved[0], saved[1], context->saved_data["eps"].toDouble());
  }

  static Tensors backward(AutogradContext* context, const Tensors& gradients) {
    once("harness::rms_norm");
    const auto saved = context->get_saved_variables();
    return rms_norm_backward(saved[0], saved[1], gradients[0], context->saved_data["eps"].toDouble(), context->needs_input_grad(0), context->needs_input_grad(1));
  }
};

at::Tensor rms_norm_recorded(const at::Tensor& x, const at::Tensor& weight, double eps) { return RmsNorm::apply(x, weight, eps); }

TORCH_LIBRARY_FRAGMENT(harness, m) {
  m.def("rms_norm(Tensor x, Tensor weight, float eps) -> Tensor");
  m.impl("rms_norm", torch::dispatch(c10::DispatchKey::CPU, rms_norm));
  m.impl("rms_norm", torch::dispatch(c10::DispatchKey::AutogradCPU, rms_norm_recorded));
}

}  // namespace

const Again rms_norm_again = again_by<RmsNorm>();

}  // namespace harness
