// The whole C ABI: operators by name through c10::Dispatcher, and the few things that are not operators.
// A tensor handle is a c10::TensorImpl* that owns one reference.
#include "api.h"
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/api/include/torch/version.h>
#include <dlfcn.h>

namespace {

enum Tag : int64_t { None = 0, TensorTag, Int, Double, Bool, IntList, DoubleList, TensorList, String };

struct Value {
  int64_t tag;
  union {
    int64_t i;
    double d;
    void* p;
  };
  int64_t length;
};

at::Tensor borrow(void* handle) {
  if (handle == nullptr) return at::Tensor();
  return at::Tensor(c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim_copy(static_cast<c10::TensorImpl*>(handle)));
}

void* release(at::Tensor tensor) {
  return tensor.defined() ? tensor.unsafeReleaseTensorImpl() : nullptr;
}

[[noreturn]] void mismatch(const Value& value, const c10::Argument& argument) {
  static const char* names[] = {"None", "Tensor", "int", "float", "bool", "int[]", "float[]", "Tensor[]", "str"};
  throw std::invalid_argument("argument '" + argument.name() + "' is " + argument.type()->str() + ", not " + names[value.tag]);
}

c10::IValue to_ivalue(const Value& value, const c10::Argument& argument, const c10::TypePtr& type) {
  if (type->kind() == c10::TypeKind::OptionalType) {
    if (value.tag == None) return c10::IValue();
    return to_ivalue(value, argument, type->castRaw<c10::OptionalType>()->getElementType());
  }
  switch (value.tag) {
    case None:
      return c10::IValue();
    case TensorTag:
      return borrow(value.p);
    case Int:
      if (type->kind() == c10::TypeKind::FloatType) return static_cast<double>(value.i);
      if (type->kind() == c10::TypeKind::BoolType) return value.i != 0;
      // A single number stands for a list of one, as in Python.
      if (type->kind() == c10::TypeKind::ListType) return c10::List<int64_t>({value.i});
      return value.i;
    case Double:
      return value.d;
    case Bool:
      return value.i != 0;
    case IntList: {
      auto items = static_cast<int64_t*>(value.p);
      return c10::List<int64_t>(at::ArrayRef<int64_t>(items, value.length));
    }
    case DoubleList: {
      auto items = static_cast<double*>(value.p);
      return c10::List<double>(at::ArrayRef<double>(items, value.length));
    }
    case TensorList: {
      auto items = static_cast<void**>(value.p);
      auto list = type->kind() == c10::TypeKind::ListType ? type->castRaw<c10::ListType>()->getElementType() : nullptr;
      if (list && list->kind() == c10::TypeKind::OptionalType) {
        c10::List<c10::optional<at::Tensor>> tensors;
        for (int64_t i = 0; i < value.length; i++) tensors.push_back(items[i] ? c10::optional<at::Tensor>(borrow(items[i])) : c10::nullopt);
        return tensors;
      }
      c10::List<at::Tensor> tensors;
      for (int64_t i = 0; i < value.length; i++) tensors.push_back(borrow(items[i]));
      return tensors;
    }
    case String: {
      std::string text(static_cast<char*>(value.p), value.length);
      if (type->kind() == c10::TypeKind::DeviceObjType) return c10::Device(text);
      return text;
    }
  }
  mismatch(value, argument);
}

Value from_ivalue(c10::IValue&& result) {
  Value value{};
  if (result.isTensor()) {
    value.tag = TensorTag;
    value.p = release(std::move(result).toTensor());
  } else if (result.isInt()) {
    value.tag = Int;
    value.i = result.toInt();
  } else if (result.isDouble()) {
    value.tag = Double;
    value.d = result.toDouble();
  } else if (result.isBool()) {
    value.tag = Bool;
    value.i = result.toBool();
  } else if (result.isTensorList()) {
    auto tensors = result.toTensorVector();
    auto handles = static_cast<void**>(std::malloc(sizeof(void*) * std::max<size_t>(tensors.size(), 1)));
    for (size_t i = 0; i < tensors.size(); i++) handles[i] = release(std::move(tensors[i]));
    value.tag = TensorList;
    value.p = handles;
    value.length = static_cast<int64_t>(tensors.size());
  } else if (!result.isNone()) {
    throw std::invalid_argument("a result of type " + result.tagKind() + " has no counterpart here");
  }
  return value;
}

}  // namespace

HT_API const char* ht_last_error() { return last_error.c_str(); }

HT_API const char* ht_version() { return TORCH_VERSION; }

// A function of the OpenBLAS that libtorch multiplies by; null where it multiplies by another library.
template <typename Function>
static Function* of_openblas(const char* name) {
  const auto library = dlopen("libopenblas.so.0", RTLD_LAZY | RTLD_NOLOAD);
  return library ? reinterpret_cast<Function*>(dlsym(library, name)) : nullptr;
}

// The processor whose kernels OpenBLAS has chosen; null where libtorch multiplies by another library.
HT_API const char* ht_openblas_kernels() {
  const auto name = of_openblas<const char*()>("openblas_get_corename");
  return name ? name() : nullptr;
}

HT_API int32_t ht_find_operator(const char* name, const char* overload, void** found) {
  return guarded([&] {
    auto handle = c10::Dispatcher::singleton().findSchema({name, overload});
    *found = handle.has_value() ? new c10::OperatorHandle(*handle) : nullptr;
  });
}

// Arguments in schema order; those left out at the end take the schema's defaults.
HT_API int32_t ht_call(void* op, const Value* arguments, int32_t count, Value* results, int32_t capacity, int32_t* produced) {
  return guarded([&] {
    auto& handle = *static_cast<c10::OperatorHandle*>(op);
    auto& expected = handle.schema().arguments();
    if (static_cast<size_t>(count) > expected.size()) throw std::invalid_argument("takes " + std::to_string(expected.size()) + " arguments, not " + std::to_string(count));
    torch::jit::Stack stack;
    stack.reserve(expected.size());
    for (size_t i = 0; i < expected.size(); i++) {
      if (i < static_cast<size_t>(count)) {
        stack.push_back(to_ivalue(arguments[i], expected[i], expected[i].type()));
      } else if (expected[i].default_value().has_value()) {
        stack.push_back(*expected[i].default_value());
      } else {
        throw std::invalid_argument("argument '" + expected[i].name() + "' is missing");
      }
    }
    handle.callBoxed(&stack);
    if (stack.size() > static_cast<size_t>(capacity)) throw std::invalid_argument("returns more values than expected");
    *produced = static_cast<int32_t>(stack.size());
    for (size_t i = 0; i < stack.size(); i++) results[i] = from_ivalue(std::move(stack[i]));
  });
}

HT_API void ht_free(void* memory) { std::free(memory); }

HT_API void ht_release(void* handle) {
  c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim(static_cast<c10::TensorImpl*>(handle));
}

HT_API int64_t ht_dim(void* handle) { return static_cast<c10::TensorImpl*>(handle)->dim(); }

HT_API void ht_sizes(void* handle, int64_t* sizes) {
  auto source = static_cast<c10::TensorImpl*>(handle)->sizes();
  std::copy(source.begin(), source.end(), sizes);
}

HT_API int64_t ht_stride(void* handle, int64_t dim) { return borrow(handle).stride(dim); }

HT_API int64_t ht_numel(void* handle) { return static_cast<c10::TensorImpl*>(handle)->numel(); }

HT_API int32_t ht_dtype(void* handle) { return static_cast<int32_t>(borrow(handle).scalar_type()); }

HT_API int32_t ht_is_contiguous(void* handle) { return borrow(handle).is_contiguous(); }

HT_API int32_t ht_device(void* handle, int32_t* index) {
  auto device = borrow(handle).device();
  *index = device.index();
  return static_cast<int32_t>(device.type());
}

HT_API int32_t ht_data(void* handle, void** data) {
  return guarded([&] { *data = borrow(handle).data_ptr(); });
}

HT_API int32_t ht_backward(void* handle, void* gradient, int32_t retain_graph, int32_t create_graph) {
  return guarded([&] {
    torch::autograd::backward({borrow(handle)}, gradient ? std::vector<at::Tensor>{borrow(gradient)} : std::vector<at::Tensor>{}, retain_graph != 0, create_graph != 0);
  });
}

HT_API int32_t ht_grad_of(void** outputs, int32_t output_count, void** inputs, int32_t input_count, void** output_gradients, int32_t retain_graph,
                          int32_t create_graph, int32_t allow_unused, void** gradients) {
  return guarded([&] {
    std::vector<at::Tensor> from, to, seeds;
    for (int i = 0; i < output_count; i++) from.push_back(borrow(outputs[i]));
    for (int i = 0; i < input_count; i++) to.push_back(borrow(inputs[i]));
    if (output_gradients) {
      for (int i = 0; i < output_count; i++) seeds.push_back(borrow(output_gradients[i]));
    }
    auto found = torch::autograd::grad(from, to, seeds, retain_graph != 0, create_graph != 0, allow_unused != 0);
    for (int i = 0; i < input_count; i++) gradients[i] = release(found[i]);
  });
}

HT_API void* ht_grad(void* handle) { return release(borrow(handle).grad()); }

HT_API int32_t ht_set_grad(void* handle, void* gradient) {
  return guarded([&] { borrow(handle).mutable_grad() = borrow(gradient); });
}

HT_API int32_t ht_requires_grad(void* handle) { return borrow(handle).requires_grad(); }

HT_API int32_t ht_set_requires_grad(void* handle, int32_t value) {
  return guarded([&] { borrow(handle).set_requires_grad(value != 0); });
}

HT_API int32_t ht_grad_enabled() { return at::GradMode::is_enabled(); }

HT_API void ht_set_grad_enabled(int32_t enabled) { at::GradMode::set_enabled(enabled != 0); }

HT_API int32_t ht_cuda_available() { return at::hasCUDA(); }

HT_API int32_t ht_cuda_devices() {
  int32_t count = 0;
  guarded([&] { count = static_cast<int32_t>(at::getNumGPUs()); });
  return count;
}

// libtorch tells OpenMP, and an OpenBLAS with threads of its own hears nothing of it. One on OpenMP's asks it for each product, and must not be told: its number is that of all callers, some of which may be multiplying.
HT_API void ht_set_num_threads(int32_t threads) {
  at::set_num_threads(threads);
  const auto parallel = of_openblas<int()>("openblas_get_parallel");
  const auto set = of_openblas<void(int)>("openblas_set_num_threads");
  if (set && parallel && parallel() == 1) set(threads);
}

// Of this thread and those of OpenMP; OpenBLAS's have their own.
HT_API void ht_set_flush_denormal(int32_t on) {
#pragma omp parallel num_threads(at::get_num_threads())
  at::globalContext().setFlushDenormal(on != 0);
}

HT_API int32_t ht_num_threads() { return at::get_num_threads(); }

HT_API int32_t ht_manual_seed(int64_t seed) {
  return guarded([&] { at::manual_seed(static_cast<uint64_t>(seed)); });
}
