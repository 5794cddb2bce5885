// For kernels that have a way back: what every torch::autograd::Function of ours needs.
#pragma once
#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/csrc/autograd/graph_task.h>

namespace harness {

using torch::autograd::AutogradContext;
using Tensors = torch::autograd::variable_list;

// The way back is a kernel, of which autograd knows no derivative: with create_graph it would pass for a constant.
inline void once(const char* kernel) {
  TORCH_CHECK(!at::GradMode::is_enabled(), kernel, " has a first derivative only; create_graph asks for a second. Use float64, whose plain operators have both");
}

// The gradient that a weight already has, where backward() will add to it anyway: a kernel may then do so itself and return none. Undefined where there is none yet, or where autograd.grad asks for this one alone.
inline at::Tensor present_gradient(const at::Tensor& weight) {
  const auto asked = torch::autograd::get_current_graph_task_exec_info();
  if (!weight.is_leaf() || (asked && !asked->empty())) return {};
  const auto& gradient = weight.grad();
  return gradient.defined() && gradient.sizes() == weight.sizes() && gradient.scalar_type() == weight.scalar_type() && gradient.is_contiguous() ? gradient : at::Tensor();
}

// What autograd saved before a kernel worked on it in place is noticed on the way back.
inline void touched(const at::Tensor& tensor) { tensor.unsafeGetTensorImpl()->bump_version(); }

}  // namespace harness
