#include "autograd.h"
#include "philox.h"
#include <torch/library.h>

namespace harness {
namespace {

HT_CLONES void drop(const Pattern& pattern, const float* x, float* y, int64_t first, int64_t last) {
  float factors[Words];
  while (first < last) {
    const auto count = pattern.factors(first, last, factors);
#pragma omp simd
    for (int64_t i = 0; i < count; i++) y[first + i] = factors[i] != 0.0f ? x[first + i] * factors[i] : 0.0f;
    first += count;
  }
}

at::Tensor counter_dropout(const at::Tensor& x, double p, int64_t seed, int64_t stream, int64_t offset) {
  const auto input = x.contiguous();
  auto output = at::empty_like(input);
  const Pattern pattern(p, seed, stream, offset);
  for_rows(input.numel(), 8, [&](int64_t first, int64_t last) { drop(pattern, input.data_ptr<float>(), output.data_ptr<float>(), first, last); });
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
