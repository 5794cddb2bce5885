#include "autograd.h"
#include <torch/library.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace harness {
namespace {

// Whether libtorch multiplies bfloat16 faster than float32 here: with AMX, or with AVX-512's dot products unless they are Intel's, which take twice as long as the float's multiplications.
bool multiplies_bfloat16() {
#if defined(__x86_64__)
  unsigned a = 0, b = 0, c = 0, d = 0;
  const bool amx = __get_cpuid_count(7, 0, &a, &b, &c, &d) && (d & 1u << 22);
  const bool dot = __get_cpuid_count(7, 1, &a, &b, &c, &d) && (a & 1u << 5);
  __builtin_cpu_init();
  return amx || (dot && !__builtin_cpu_is("intel"));
#else
  return true;
#endif
}

// Either way the products are summed in float and rounded once.
at::Tensor multiplied(const at::Tensor& x, const at::Tensor& weight, const c10::optional<at::Tensor>& bias) {
  static const bool directly = multiplies_bfloat16();
  if (directly || x.scalar_type() != at::kBFloat16) return at::linear(x, weight, bias);
  const auto floats = [](const at::Tensor& tensor) { return tensor.to(at::kFloat); };
  return at::linear(floats(x), floats(weight), bias ? c10::optional<at::Tensor>(floats(*bias)) : bias).to(x.scalar_type());
}

// Of a weight that learns. Its gradient is added to the one it has by the product itself: as a tensor of its own, and those of a vocabulary's rows are large ones, it would be written and read once more for every batch.
struct Linear : torch::autograd::Function<Linear> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& weight, const c10::optional<at::Tensor>& bias) {
    context->save_for_backward({x, weight});
    context->saved_data["biased"] = bias.has_value();
    auto shape = x.sizes().vec();
    shape.back() = weight.size(0);
    const auto y = at::empty(shape, x.options()); // at::linear may make a view, which nobody could add to in place
    auto rows = y.view({-1, weight.size(0)});
    bias ? at::addmm_out(rows, *bias, x.reshape({-1, weight.size(1)}), weight.t()) : at::mm_out(rows, x.reshape({-1, weight.size(1)}), weight.t());
    return y;
  }

  static Tensors backward(AutogradContext* context, const Tensors& gradients) {
    once("harness::linear");
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], &weight = saved[1];
    const auto incoming = gradients[0].reshape({-1, weight.size(0)});
    Tensors found(3);
    if (context->needs_input_grad(0)) found[0] = incoming.mm(weight).view(x.sizes());
    if (context->needs_input_grad(1)) {
      const auto rows = x.reshape({-1, weight.size(1)});
      if (auto sum = present_gradient(weight); sum.defined()) {
        sum.addmm_(incoming.t(), rows);
      } else {
        found[1] = incoming.t().mm(rows);
      }
    }
    if (context->saved_data["biased"].toBool()) found[2] = incoming.sum(0);
    return found;
  }
};

at::Tensor linear_recorded(const at::Tensor& x, const at::Tensor& weight, const c10::optional<at::Tensor>& bias) { return Linear::apply(x, weight, bias); }

TORCH_LIBRARY_FRAGMENT(harness, m) {
  m.def("linear(Tensor x, Tensor weight, Tensor? bias) -> Tensor");
  m.impl("linear", torch::dispatch(c10::DispatchKey::CPU, multiplied));
  m.impl("linear", torch::dispatch(c10::DispatchKey::AutogradCPU, linear_recorded));
}

}  // namespace
}  // namespace harness
