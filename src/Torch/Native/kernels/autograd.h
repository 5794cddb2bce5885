// For kernels that have a way back: what every torch::autograd::Function of ours needs.
#pragma once
#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/custom_function.h>

namespace harness {

using torch::autograd::AutogradContext;
using Tensors = torch::autograd::variable_list;

// The way back is a kernel, of which autograd knows no derivative: with create_graph it would pass for a constant.
inline void once(const char* kernel) {
  TORCH_CHECK(!at::GradMode::is_enabled(), kernel, " has a first derivative only; create_graph asks for a second. Use float64, whose plain operators have both");
}

// What autograd saved before a kernel worked on it in place is noticed on the way back.
inline void touched(const at::Tensor& tensor) { tensor.unsafeGetTensorImpl()->bump_version(); }

}  // namespace harness
