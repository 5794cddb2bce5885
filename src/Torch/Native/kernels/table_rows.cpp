#include "autograd.h"
#include <torch/library.h>

namespace harness {
namespace {

at::Tensor table_rows(const at::Tensor& table, const at::Tensor& ids) { return table.index_select(0, ids); }

// Of a table that learns. The gradient of a few rows is added to the one the table has: as a tensor of its own it would be as large as the table, and almost all of it 0.
struct TableRows : torch::autograd::Function<TableRows> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& table, const at::Tensor& ids) {
    context->save_for_backward({table, ids});
    return table_rows(table, ids);
  }

  static Tensors backward(AutogradContext* context, const Tensors& gradients) {
    once("harness::table_rows");
    const auto saved = context->get_saved_variables();
    const auto &table = saved[0], &ids = saved[1];
    if (auto sum = present_gradient(table); sum.defined()) {
      sum.index_add_(0, ids, gradients[0]);
      return {{}, {}};
    }
    return {at::zeros_like(table).index_add_(0, ids, gradients[0]), {}};
  }
};

at::Tensor table_rows_recorded(const at::Tensor& table, const at::Tensor& ids) { return TableRows::apply(table, ids); }

TORCH_LIBRARY_FRAGMENT(harness, m) {
  m.def("table_rows(Tensor table, Tensor ids) -> Tensor");
  m.impl("table_rows", torch::dispatch(c10::DispatchKey::CPU, table_rows));
  m.impl("table_rows", torch::dispatch(c10::DispatchKey::AutogradCPU, table_rows_recorded));
}

}  // namespace
}  // namespace harness
