// What the way back reads need not be saved where the operator that made it can make it again from what it has saved itself.
#pragma once
#include "autograd.h"

namespace harness {

// Of one operator: whether a node of the graph is its way back, and its result, computed anew.
struct Again {
  bool (*made)(const torch::autograd::Node* node);
  at::Tensor (*make)(torch::autograd::Node* node);
};

extern const Again rms_norm_again, silu_mul_again;

// For an operator F with F::again(context).
template <class F>
constexpr Again again_by() {
  using Own = torch::autograd::CppNode<F>;
  return {[](const torch::autograd::Node* node) { return dynamic_cast<const Own*>(node) != nullptr; },
          [](torch::autograd::Node* node) { return F::again(&static_cast<Own*>(node)->ctx_); }};
}

// A tensor for the way back. It is held as the operator that makes it again where there is one, whose own way back comes later, so that what that has saved is still there.
class Recalled : public torch::CustomClassHolder {
 public:
  explicit Recalled(const at::Tensor& x) {
    for (const auto& again : {rms_norm_again, silu_mul_again}) {
      if (x.grad_fn() && again.made(x.grad_fn().get())) maker_ = x.grad_fn(), make_ = again.make;
    }
  }

  bool is_saved() const { return !maker_; }
  // The last one is kept: queries, keys and values read the same norm, one after the other.
  at::Tensor make() const {
    static thread_local std::pair<std::weak_ptr<torch::autograd::Node>, at::Tensor> last;
    if (last.first.lock() != maker_) last = {maker_, make_(maker_.get())};
    return last.second;
  }

 private:
  std::shared_ptr<torch::autograd::Node> maker_;
  at::Tensor (*make_)(torch::autograd::Node*) = nullptr;
};

}  // namespace harness
