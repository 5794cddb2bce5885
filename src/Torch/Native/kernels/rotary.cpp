#include "autograd.h"
#include "element.h"
#include <torch/library.h>

namespace harness {
namespace {

// The first and the second half of a head's rotated dimensions form the pairs.
template <class T>
HT_CLONES void rotate(T* x, int64_t heads, int64_t head_stride, const float* __restrict cos, const float* __restrict sin, int64_t half) {
  for (int64_t head = 0; head < heads; head++, x += head_stride) {
    T* __restrict low = x;
    T* __restrict high = x + half;
#pragma omp simd
    for (int64_t i = 0; i < half; i++) {
      const float a = wide(low[i]), b = wide(high[i]);
      put(low[i], a * cos[i] - b * sin[i]);
      put(high[i], b * cos[i] + a * sin[i]);
    }
  }
}

// Neighbours form the pairs.
template <class T>
HT_CLONES void rotate_neighbours(T* x, int64_t heads, int64_t head_stride, const float* __restrict cos, const float* __restrict sin, int64_t half) {
  for (int64_t head = 0; head < heads; head++, x += head_stride) {
#pragma omp simd
    for (int64_t i = 0; i < half; i++) {
      const float a = wide(x[2 * i]), b = wide(x[2 * i + 1]);
      put(x[2 * i], a * cos[i] - b * sin[i]);
      put(x[2 * i + 1], b * cos[i] + a * sin[i]);
    }
  }
}

at::Tensor& rotary_(at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin, int64_t offset, bool interleaved) {
  TORCH_CHECK(x.dim() == 4 && x.stride(3) == 1, "x must be [batch, positions, heads, head size] with contiguous heads");
  TORCH_CHECK(cos.dim() == 2 && cos.sizes() == sin.sizes() && cos.size(0) == x.size(1) && offset >= 0 && offset + 2 * cos.size(1) <= x.size(3), "cos ", cos.sizes(), " and sin ", sin.sizes(),
              " must be [positions, rotated / 2] for x ", x.sizes(), " from dimension ", offset);
  const auto c = cos.to(at::kFloat).contiguous(), s = sin.to(at::kFloat).contiguous();
  const auto positions = x.size(1), heads = x.size(2), half = c.size(1);
  with_elements(x, [&](auto element) {
    using T = decltype(element);
    const auto data = x.data_ptr<T>() + offset;
    const auto turn = interleaved ? rotate_neighbours<T> : rotate<T>;
    for_rows(x.size(0) * positions, heads * half * 2, [&](int64_t first, int64_t last) {
      for (int64_t row = first; row < last; row++) {
        const auto batch = row / positions, position = row % positions;
        turn(data + batch * x.stride(0) + position * x.stride(1), heads, x.stride(2), c.data_ptr<float>() + position * half, s.data_ptr<float>() + position * half, half);
      }
    });
  });
  touched(x);
  return x;
}

at::Tensor rotary(const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin, int64_t offset, bool interleaved) {
  auto turned = x.clone(at::MemoryFormat::Contiguous);
  return rotary_(turned, cos, sin, offset, interleaved);
}

// The way back is the turn by the opposite angle. Out of place: a recorded x may be a leaf, or a view of what others read.
struct Rotary : torch::autograd::Function<Rotary> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin, int64_t offset, bool interleaved) {
    context->save_for_backward({cos, sin});
    context->saved_data["offset"] = offset;
    context->saved_data["interleaved"] = interleaved;
    return rotary(x, cos, sin, offset, interleaved);
  }

  static Tensors backward(AutogradContext* context, const Tensors& gradients) {
    once("harness::rotary");
    const auto saved = context->get_saved_variables();
    return {rotary(gradients[0], saved[0], saved[1].neg(), context->saved_data["offset"].toInt(), context->saved_data["interleaved"].toBool()), {}, {}, {}, {}};
  }
};

at::Tensor rotary_recorded(const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin, int64_t offset, bool interleaved) {
  TORCH_CHECK(!cos.requires_grad() && !sin.requires_grad(), "cos or sin records a gradient, of which the kernel knows nothing");
  return Rotary::apply(x, cos, sin, offset, interleaved);
}

TORCH_LIBRARY_FRAGMENT(harness, m) {
  m.def("rotary_(Tensor(a!) x, Tensor cos, Tensor sin, int offset, bool interleaved) -> Tensor(a!)", torch::dispatch(c10::DispatchKey::CPU, rotary_));
  m.def("rotary(Tensor x, Tensor cos, Tensor sin, int offset, bool interleaved) -> Tensor");
  m.impl("rotary", torch::dispatch(c10::DispatchKey::CPU, rotary));
  m.impl("rotary", torch::dispatch(c10::DispatchKey::AutogradCPU, rotary_recorded));
}

}  // namespace
}  // namespace harness
