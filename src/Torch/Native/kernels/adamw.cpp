#include "autograd.h"
#include "simd.h"
#include <torch/library.h>
#include <cmath>

namespace harness {
namespace {

struct Step {
  float beta1, rest1, beta2, rest2, factor, decay, size, root, eps;
};

HT_INLINE void update(const Step& step, float gradient, float& parameter, float& m, float& v) {
  const float g = gradient * step.factor;
  m = m * step.beta1 + g * step.rest1;
  v = v * step.beta2 + g * g * step.rest2;
  parameter = parameter * step.decay - step.size * m / (std::sqrt(v) / step.root + step.eps);
}

HT_CLONES void advance(const Step& step, float* __restrict parameter, const float* __restrict gradient, float* __restrict m, float* __restrict v, int64_t count) {
#pragma omp simd
  for (int64_t i = 0; i < count; i++) update(step, gradient[i], parameter[i], m[i], v[i]);
}

HT_CLONES void advance_kept(const Step& step, float* __restrict parameter, const float* __restrict gradient, float* __restrict m, float* __restrict v, const uint8_t* __restrict kept,
                            int64_t count) {
#pragma omp simd
  for (int64_t i = 0; i < count; i++) {
    float p = parameter[i], first = m[i], second = v[i];
    update(step, gradient[i], p, first, second);
    parameter[i] = kept[i] ? p : parameter[i];
    m[i] = kept[i] ? first : 0.0f;
    v[i] = kept[i] ? second : 0.0f;
  }
}

at::Tensor& adamw_(at::Tensor& parameter, const at::Tensor& gradient, at::Tensor& m, at::Tensor& v, double lr, double beta1, double beta2, double eps, double weight_decay, double correction1,
                   double correction2, double factor, const c10::optional<at::Tensor>& kept) {
  TORCH_CHECK(gradient.sizes() == parameter.sizes() && m.sizes() == parameter.sizes() && v.sizes() == parameter.sizes(), "gradient ", gradient.sizes(), ", m ", m.sizes(), " and v ", v.sizes(),
              " must have the shape of parameter ", parameter.sizes());
  TORCH_CHECK(parameter.is_contiguous() && m.is_contiguous() && v.is_contiguous(), "parameter, m and v must be contiguous");
  TORCH_CHECK(!kept || (kept->sizes() == parameter.sizes() && kept->element_size() == 1), "kept must be uint8 or bool ", parameter.sizes());
  const auto incoming = gradient.contiguous(), mask = kept ? kept->contiguous() : at::Tensor();
  const Step step{static_cast<float>(beta1), static_cast<float>(1 - beta1), static_cast<float>(beta2), static_cast<float>(1 - beta2), static_cast<float>(factor),
                  static_cast<float>(1 - lr * weight_decay), static_cast<float>(lr / correction1), static_cast<float>(std::sqrt(correction2)), static_cast<float>(eps)};
  const auto p = parameter.data_ptr<float>(), g = incoming.data_ptr<float>(), first = m.data_ptr<float>(), second = v.data_ptr<float>();
  const auto marks = kept ? static_cast<const uint8_t*>(mask.data_ptr()) : nullptr;
  for_rows(parameter.numel(), 4, [&](int64_t begin, int64_t end) {
    marks ? advance_kept(step, p + begin, g + begin, first + begin, second + begin, marks + begin, end - begin) : advance(step, p + begin, g + begin, first + begin, second + begin, end - begin);
  });
  for (const auto& changed : {parameter, m, v}) touched(changed);
  return parameter;
}

TORCH_LIBRARY_FRAGMENT(harness, m) {
  m.def("adamw_(Tensor(a!) parameter, Tensor gradient, Tensor(b!) m, Tensor(c!) v, float lr, float beta1, float beta2, float eps, float weight_decay, float correction1, float correction2, "
        "float factor=1, Tensor? kept=None) -> Tensor(a!)",
        torch::dispatch(c10::DispatchKey::CPU, adamw_));
}

}  // namespace
}  // namespace harness
