#include <ATen/ATen.h>
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
at::Tensor linear(const at::Tensor& x, const at::Tensor& weight, const c10::optional<at::Tensor>& bias) {
  static const bool directly = multiplies_bfloat16();
  if (directly || x.scalar_type() != at::kBFloat16) return at::linear(x, weight, bias);
  const auto floats = [](const at::Tensor& tensor) { return tensor.to(at::kFloat); };
  return at::linear(floats(x), floats(weight), bias ? c10::optional<at::Tensor>(floats(*bias)) : bias).to(x.scalar_type());
}

TORCH_LIBRARY_FRAGMENT(harness, m) { m.def("linear(Tensor x, Tensor weight, Tensor? bias) -> Tensor", torch::dispatch(c10::DispatchKey::CPU, linear)); }

}  // namespace
}  // namespace harness
