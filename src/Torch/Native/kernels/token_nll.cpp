#include "autograd.h"
#include "element.h"
#include <torch/library.h>
#include <cmath>
#include <limits>

namespace harness {
namespace {

// Σ e^x = total · e^most
struct ExpSum {
  float most = -std::numeric_limits<float>::infinity();
  double total = 0;

  double log() const { return most + std::log(total); }
};

// The sum with some more x: they are read twice, from the cache the second time; sums of a stretch in float, of the stretches in double.
template <class T>
HT_CLONES ExpSum add_exps(ExpSum sum, const T* x, int64_t count) {
  constexpr int64_t Stretch = 512;
  float most = sum.most;
#pragma omp simd reduction(max : most)
  for (int64_t i = 0; i < count; i++) most = wide(x[i]) > most ? wide(x[i]) : most;
  double total = sum.total == 0 ? 0 : sum.total * std::exp(static_cast<double>(sum.most) - most);
  for (int64_t from = 0; from < count; from += Stretch) {
    const int64_t to = std::min(from + Stretch, count);
    float part = 0;
#pragma omp simd reduction(+ : part)
    for (int64_t i = from; i < to; i++) part += exponential(wide(x[i]) - most);
    total += part;
  }
  return {most, total};
}

HT_CLONES void softmax(const float* x, float* shares, int64_t count, float log_sum, float factor) {
#pragma omp simd
  for (int64_t i = 0; i < count; i++) shares[i] = exponential(x[i] - log_sum) * factor;
}

// The targets, checked: contiguous, [tokens].
at::Tensor checked(const at::Tensor& logits, const at::Tensor& targets, int64_t vocabulary) {
  TORCH_CHECK(logits.dim() == 2 && targets.dim() == 1 && targets.size(0) == logits.size(0), "logits ", logits.sizes(), " must be [tokens, vocabulary], targets ",
              targets.sizes(), " [tokens]");
  TORCH_CHECK(targets.scalar_type() == at::kLong, "targets must be int64");
  const auto wanted = targets.contiguous();
  const auto ids = wanted.data_ptr<int64_t>();
  TORCH_CHECK(std::all_of(ids, ids + wanted.numel(), [&](int64_t id) { return id >= 0 && id < vocabulary; }), "a target is outside the vocabulary of ", vocabulary);
  return wanted;
}

// log_sums: [tokens], filled where it is defined.
at::Tensor nll(const at::Tensor& logits, const at::Tensor& targets, const at::Tensor& log_sums) {
  const auto rows = logits.contiguous(), wanted = checked(logits, targets, logits.size(-1));
  const auto tokens = rows.size(0), vocabulary = rows.size(1);
  const auto ids = wanted.data_ptr<int64_t>();
  auto output = at::empty({tokens}, rows.options().dtype(at::kDouble));
  with_elements(rows, [&](auto element) {
    for_rows(tokens, vocabulary, [&](int64_t first, int64_t last) {
      for (int64_t token = first; token < last; token++) {
        const auto row = rows.data_ptr<decltype(element)>() + token * vocabulary;
        const auto log_sum = add_exps({}, row, vocabulary).log();
        output.data_ptr<double>()[token] = log_sum - wide(row[ids[token]]);
        if (log_sums.defined()) log_sums.data_ptr<float>()[token] = static_cast<float>(log_sum);
      }
    });
  });
  return output;
}

// sums [tokens, 3], float64: most and total of Σ e^logit over the parts so far, and the target's logit where a part had it. logits: those of the vocabulary from `first` on.
at::Tensor& add_logits_(at::Tensor& sums, const at::Tensor& logits, const at::Tensor& targets, int64_t first, int64_t vocabulary) {
  const auto rows = logits.contiguous(), wanted = checked(logits, targets, vocabulary);
  TORCH_CHECK(sums.scalar_type() == at::kDouble && sums.is_contiguous() && sums.dim() == 2 && sums.size(0) == rows.size(0) && sums.size(1) == 3, "sums must be float64 [tokens, 3]");
  with_elements(rows, [&](auto element) {
    for_rows(rows.size(0), rows.size(1), [&](int64_t begin, int64_t end) {
      for (int64_t token = begin; token < end; token++) {
        const auto row = rows.data_ptr<decltype(element)>() + token * rows.size(1);
        const auto sum = sums.data_ptr<double>() + token * 3;
        const auto more = add_exps({static_cast<float>(sum[0]), sum[1]}, row, rows.size(1));
        sum[0] = more.most;
        sum[1] = more.total;
        const auto place = wanted.data_ptr<int64_t>()[token] - first;
        if (place >= 0 && place < rows.size(1)) sum[2] = wide(row[place]);
      }
    });
  });
  touched(sums);
  return sums;
}

at::Tensor token_nll(const at::Tensor& logits, const at::Tensor& targets) { return nll(logits, targets, at::Tensor()); }

struct TokenNll : torch::autograd::Function<TokenNll> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& logits, const at::Tensor& targets) {
    const auto log_sums = at::empty({logits.size(0)}, logits.options().dtype(at::kFloat));
    context->save_for_backward({logits, targets, log_sums});
    return nll(logits, targets, log_sums);
  }

  // (softmax − one-hot) · g
  static Tensors backward(AutogradContext* context, const Tensors& gradients) {
    once("harness::token_nll");
    const auto saved = context->get_saved_variables();
    const auto logits = saved[0].contiguous(), targets = saved[1].contiguous(), log_sums = saved[2], incoming = gradients[0].contiguous();
    const auto vocabulary = logits.size(1);
    const auto found = at::empty_like(logits);
    for_rows(logits.size(0), vocabulary, [&](int64_t first, int64_t last) {
      for (int64_t token = first; token < last; token++) {
        const auto row = found.data_ptr<float>() + token * vocabulary;
        const auto factor = static_cast<float>(incoming.data_ptr<double>()[token]);
        softmax(logits.data_ptr<float>() + token * vocabulary, row, vocabulary, log_sums.data_ptr<float>()[token], factor);
        row[targets.data_ptr<int64_t>()[token]] -= factor;
      }
    });
    return {found, {}};
  }
};

at::Tensor token_nll_recorded(const at::Tensor& logits, const at::Tensor& targets) { return TokenNll::apply(logits, targets); }

TORCH_LIBRARY_FRAGMENT(harness, m) {
  m.def("add_logits_(Tensor(a!) sums, Tensor logits, Tensor targets, int first, int vocabulary) -> Tensor(a!)", torch::dispatch(c10::DispatchKey::CPU, add_logits_));
  m.def("token_nll(Tensor logits, Tensor targets) -> Tensor");
  m.impl("token_nll", torch::dispatch(c10::DispatchKey::CPU, token_nll));
  m.impl("token_nll", torch::dispatch(c10::DispatchKey::AutogradCPU, token_nll_recorded));
}

}  // namespace
}  // namespace harness
