#include "again.h"
#include "element.h"
#include <torch/library.h>

namespace harness {
namespace {

// y may be gate.
template <class T>
HT_CLONES void gate_row(const T* gate, const T* __restrict up, T* y, int64_t width) {
#pragma omp simd
  for (int64_t i = 0; i < width; i++) put(y[i], wide(gate[i]) / (1.0f + exponential(-wide(gate[i]))) * wide(up[i]));
}

// With s = σ(gate): ∂gate = g · up · s · (1 + gate · (1 − s)), ∂up = g · gate · s.
HT_CLONES void gate_row_back(const float* gate, const float* up, const float* gradient, float* __restrict dgate, float* __restrict dup, int64_t width) {
#pragma omp simd
  for (int64_t i = 0; i < width; i++) {
    const float s = 1.0f / (1.0f + exponential(-gate[i])), pull = gradient[i] * s;
    dgate[i] = pull * up[i] * (1.0f + gate[i] * (1.0f - s));
    dup[i] = pull * gate[i];
  }
}

// [..., width] → [rows, width] with contiguous rows.
at::Tensor rows_of(const at::Tensor& x) {
  const auto rows = x.reshape({-1, x.size(-1)});
  return rows.stride(1) == 1 ? rows : rows.contiguous();
}

void gate_rows(const at::Tensor& gate, const at::Tensor& up, const at::Tensor& y) {
  const auto width = gate.size(1);
  with_elements(gate, [&](auto element) {
    using T = decltype(element);
    const auto from = gate.data_ptr<T>(), by = up.data_ptr<T>(), to = y.data_ptr<T>();
    for_rows(gate.size(0), width, [&](int64_t first, int64_t last) {
      for (int64_t row = first; row < last; row++) gate_row(from + row * gate.stride(0), by + row * up.stride(0), to + row * y.stride(0), width);
    });
  });
}

at::Tensor& silu_mul_(at::Tensor& gate, const at::Tensor& up) {
  TORCH_CHECK(gate.sizes() == up.sizes(), "gate has shape ", gate.sizes(), ", up ", up.sizes());
  const auto to = gate.view({-1, gate.size(-1)});
  TORCH_CHECK(to.stride(1) == 1, "the rows of gate must be contiguous");
  gate_rows(to, rows_of(up), to);
  touched(gate);
  return gate;
}

at::Tensor silu_mul(const at::Tensor& gate, const at::Tensor& up) {
  TORCH_CHECK(gate.sizes() == up.sizes(), "gate has shape ", gate.sizes(), ", up ", up.sizes());
  auto y = at::empty(gate.sizes(), gate.options());
  gate_rows(rows_of(gate), rows_of(up), rows_of(y));
  return y;
}

// Out of place, since the way back reads both.
struct SiluMul : torch::autograd::Function<SiluMul> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& gate, const at::Tensor& up) {
    context->save_for_backward({gate, up});
    return silu_mul(gate, up);
  }

  static at::Tensor again(AutogradContext* context) {
    const auto saved = context->get_saved_variables();
    return silu_mul(saved[0], saved[1]);
  }

  static Tensors backward(AutogradContext* context, const Tensors& gradients) {
    once("harness::silu_mul");
    const auto saved = context->get_saved_variables();
    const auto gate = rows_of(saved[0]), up = rows_of(saved[1]), gradient = rows_of(gradients[0]);
    const auto dgate = at::empty(saved[0].sizes(), gate.options()), dup = at::empty(saved[1].sizes(), up.options());
    const auto width = gate.size(1);
    for_rows(gate.size(0), width, [&](int64_t first, int64_t last) {
      for (int64_t row = first; row < last; row++) {
        gate_row_back(gate.data_ptr<float>() + row * gate.stride(0), up.data_ptr<float>() + row * up.stride(0), gradient.data_ptr<float>() + row * gradient.stride(0),
                      dgate.data_ptr<float>() + row * width, dup.data_ptr<float>() + row * width, width);
      }
    });
    return {dgate, dup};
  }
};

at::Tensor silu_mul_recorded(const at::Tensor& gate, const at::Tensor& up) { return SiluMul::apply(gate, up); }

TORCH_LIBRARY_FRAGMENT(harness, m) {
  m.def("silu_mul_(Tensor(a!) gate, Tensor up) -> Tensor(a!)", torch::dispatch(c10::DispatchKey::CPU, silu_mul_));
  m.def("silu_mul(Tensor gate, Tensor up) -> Tensor");
  m.impl("silu_mul", torch::dispatch(c10::DispatchKey::CPU, silu_mul));
  m.impl("silu_mul", torch::dispatch(c10::DispatchKey::AutogradCPU, silu_mul_recorded));
}

}  // namespace

const Again silu_mul_again = again_by<SiluMul>();

}  // namespace harness
