#include "attention.h"
#include "autograd.h"
#include <torch/library.h>
#include <cmath>
#include <limits>

namespace harness {
namespace {

// Keys that a tile of queries is held against at a time: their scores stay in the second-level cache.
constexpr int64_t Keys = 2048;
// Keys that are multiplied with their values at a time.
constexpr int64_t Depth = 256;

// Leaves e^(score − most) in the row and returns their sum.
HT_INLINE float exponentials(float* row, int64_t count, float most) {
  float sum = 0;
#pragma omp simd reduction(+ : sum)
  for (int64_t i = 0; i < count; i++) {
    row[i] = exponential(row[i] - most);
    sum += row[i];
  }
  return sum;
}

HT_INLINE float largest(const float* row, int64_t count, float most) {
#pragma omp simd reduction(max : most)
  for (int64_t i = 0; i < count; i++) most = row[i] > most ? row[i] : most;
  return most;
}

// What one head's queries do with their scores.
template <class T>
struct Head {
  const T* q;           // a row per position
  const float* keys;    // [panels of 16 positions][size][16]
  const float* values;  // [panels of 16 dimensions][slots][16]
  const float* bias;    // [positions] or null
  T* out;               // a row per position
  float* log_sums;      // [positions]: log Σ e^score; or null
  int64_t q_stride, out_stride, slots, size, value_size;
  float scale, soft_cap;
};

struct Scratch {
  float* queries;  // [48, size]
  float* scores;   // [48, keys of a chunk]
  float* mixed;    // [48, value size rounded up]
};

HT_INLINE void adjust(float* scores, Range keys, const float* bias, float soft_cap) {
  if (soft_cap > 0) {
    const float twice = 2 / soft_cap;
#pragma omp simd
    for (int64_t i = keys.begin; i < keys.end; i++) scores[i] = soft_cap - 2 * soft_cap / (exponential(scores[i] * twice) + 1);  // soft_cap · tanh(score / soft_cap)
  }
  if (bias) {
#pragma omp simd
    for (int64_t i = keys.begin; i < keys.end; i++) scores[i] += bias[i];
  }
}

// Keys from … to − 1 join what the tile has seen so far (softmax online: sums and mixed values are relative to the largest score so far).
template <class T>
HT_INLINE void join(const Head<T>& head, const Row& row, const Tile& tile, int64_t from, int64_t to, bool anew, float* most, float* sums, const Scratch& scratch) {
  const int64_t rows = round_up(tile.count, TileRows), width = round_up(to - from, TileColumns), padded = round_up(head.value_size, TileColumns);
  for (int64_t key = 0; key < width; key += TileColumns) {
    multiply(rows, scratch.queries, head.size, head.keys + (from + key) * head.size, TileColumns, head.size, scratch.scores + key, width, false);
  }
  for (int64_t r = 0; r < rows; r++) {
    const Sight sight = row.sight(tile.first + std::min(r, tile.count - 1));
    const Range prefix = sight.prefix.within(from, to), segment = sight.segment.within(from, to);
    float* scores = scratch.scores + r * width;
    if (head.bias || head.soft_cap > 0) {
      adjust(scores, prefix, head.bias ? head.bias + from : nullptr, head.soft_cap);
      adjust(scores, segment, head.bias ? head.bias + from : nullptr, head.soft_cap);
    }
    const float before = most[r];
    most[r] = largest(scores + segment.begin, segment.size(), largest(scores + prefix.begin, prefix.size(), before));
    if (!anew && most[r] > before) {
      const float shrink = exponential(before - most[r]);
      sums[r] *= shrink;
      for (int64_t d = 0; d < padded; d++) scratch.mixed[r * padded + d] *= shrink;
    }
    const float sum = exponentials(scores + prefix.begin, prefix.size(), most[r]) + exponentials(scores + segment.begin, segment.size(), most[r]);
    sums[r] = anew ? sum : sums[r] + sum;
    // The two ranges come in order and do not overlap; an empty one stands at its place between the others.
    const Range first = prefix.size() ? prefix : Range{0, 0}, second = segment.size() ? segment : Range{width, width};
    std::fill(scores, scores + first.begin, 0.0f);
    std::fill(scores + first.end, scores + second.begin, 0.0f);
    std::fill(scores + second.end, scores + width, 0.0f);
  }
  for (int64_t key = 0; key < to - from; key += Depth) {
    const int64_t depth = std::min(Depth, to - from - key);
    for (int64_t d = 0; d < padded; d += TileColumns) {
      multiply(rows, scratch.scores + key, width, head.values + d * head.slots + (from + key) * TileColumns, TileColumns, depth, scratch.mixed + d, padded, !anew || key > 0);
    }
  }
}

template <class T>
HT_CLONES void attend(const Head<T>& head, const Row& row, const Tile& tile, const Scratch& scratch) {
  const int64_t rows = round_up(tile.count, TileRows), padded = round_up(head.value_size, TileColumns);
  for (int64_t r = 0; r < rows; r++) {
    const T* from = head.q + (tile.first + std::min(r, tile.count - 1)) * head.q_stride;
    for (int64_t d = 0; d < head.size; d++) scratch.queries[r * head.size + d] = wide(from[d]) * head.scale;
  }
  const Reach keys = reach(row, tile);
  float most[Queries], sums[Queries];
  std::fill(most, most + Queries, -std::numeric_limits<float>::infinity());
  bool anew = true;
  for (const Range& seen : {keys.prefix, keys.segment}) {
    for (int64_t from = seen.begin / TileColumns * TileColumns; from < seen.end && seen.size(); from += Keys, anew = false) {
      join(head, row, tile, from, std::min(from + Keys, seen.end), anew, most, sums, scratch);
    }
  }
  for (int64_t r = 0; r < tile.count; r++) {
    const float share = 1.0f / sums[r];
    for (int64_t d = 0; d < head.value_size; d++) put(head.out[(tile.first + r) * head.out_stride + d], scratch.mixed[r * padded + d] * share);
    if (head.log_sums) head.log_sums[tile.first + r] = most[r] + std::log(sums[r]);
  }
}

void check(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const AttentionOptions& options) {
  const auto &bias = options.bias, &visible = options.visible;
  TORCH_CHECK(q.dim() == 4 && k.dim() == 4 && v.dim() == 4 && k.sizes().slice(0, 3) == v.sizes().slice(0, 3) && q.size(0) == k.size(0) && q.size(1) == k.size(1) &&
                  q.size(3) == k.size(3) && k.size(2) > 0 && q.size(2) % k.size(2) == 0,
              "q ", q.sizes(), ", k ", k.sizes(), " and v ", v.sizes(), " must be [batch, positions, heads, head size] with query heads a multiple of key heads");
  TORCH_CHECK(q.stride(3) == 1 && k.stride(3) == 1 && v.stride(3) == 1, "heads must be contiguous");
  TORCH_CHECK(!bias || (bias->dim() == 2 && bias->size(0) == q.size(2) && bias->size(1) == q.size(1) && bias->is_contiguous()), "bias must be [query heads, positions]");
  if (!visible) return;
  TORCH_CHECK(visible->dim() == 2 && visible->size(0) == q.size(1) && visible->size(1) == 3 && visible->scalar_type() == at::kLong && visible->is_contiguous(),
              "visible must be int64 [positions, 3]");
  const auto data = visible->data_ptr<int64_t>();
  for (int64_t query = 0; query < q.size(1); query++) {
    const auto document = data[3 * query], prefix_end = data[3 * query + 1], segment = data[3 * query + 2];
    TORCH_CHECK(0 <= document && document <= prefix_end && prefix_end <= segment && segment <= query, "position ", query, " cannot see [", document, ", ", prefix_end,
                ") and [", segment, ", itself]");
  }
}

// log_sums: [batch, query heads, positions], filled where it is defined.
template <class T>
at::Tensor attend_all(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const AttentionOptions& options, const at::Tensor& log_sums) {
  const auto batch = q.size(0), positions = q.size(1), heads = q.size(2), shared = k.size(2), size = q.size(3), value_size = v.size(3);
  const auto slots = round_up(positions, TileColumns), padded = round_up(value_size, TileColumns);
  const auto floats = q.options().dtype(at::kFloat);
  auto output = at::empty({batch, positions, heads * value_size}, q.options());
  const auto keys = at::empty({batch * shared, slots, size}, floats), values = at::empty({batch * shared, padded, slots}, floats);
  const auto bias = options.bias ? options.bias->to(at::kFloat) : at::Tensor();
  const auto key_data = keys.data_ptr<float>(), value_data = values.data_ptr<float>();
  const auto panels = slots / TileColumns;
  for_rows(batch * shared * panels, TileColumns * size, [&](int64_t begin, int64_t end) {
    for (int64_t item = begin; item < end; item++) {
      const auto head = item / panels, b = head / shared, h = head % shared, from = item % panels * TileColumns, count = std::min(TileColumns, positions - from);
      pack_keys(k.data_ptr<T>() + b * k.stride(0) + from * k.stride(1) + h * k.stride(2), k.stride(1), count, size, key_data + (head * slots + from) * size);
      pack_values(v.data_ptr<T>() + b * v.stride(0) + from * v.stride(1) + h * v.stride(2), v.stride(1), count, slots, value_size,
                  value_data + head * padded * slots + from * TileColumns);
    }
  });

  const Row row{options.visible ? options.visible->data_ptr<int64_t>() : nullptr, options.window};
  const auto tiles = cut(positions, row.visible);
  const auto chunk = std::min(slots, Keys);
  const auto scratch = at::empty({at::get_num_threads(), Queries * (size + chunk + padded)}, floats);
  // The last tiles see the most keys: they go first.
  for_items(batch * heads * static_cast<int64_t>(tiles.size()), [&](int64_t item, int64_t thread) {
    const auto& tile = tiles[tiles.size() - 1 - item / (batch * heads)];
    const auto b = item % (batch * heads) / heads, h = item % heads, head = b * shared + h / (heads / shared);
    const auto free = scratch.data_ptr<float>() + thread * scratch.stride(0);
    const Head<T> of_item{q.data_ptr<T>() + b * q.stride(0) + h * q.stride(2), key_data + head * slots * size, value_data + head * padded * slots,
                          bias.defined() ? bias.data_ptr<float>() + h * positions : nullptr, output.data_ptr<T>() + b * positions * heads * value_size + h * value_size,
                          log_sums.defined() ? log_sums.data_ptr<float>() + (b * heads + h) * positions : nullptr, q.stride(1),
                          heads * value_size, slots, size, value_size, static_cast<float>(options.scale), static_cast<float>(options.soft_cap)};
    attend(of_item, row, tile, {free, free + Queries * size, free + Queries * (size + chunk)});
  });
  return output;
}

at::Tensor attend_all(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const AttentionOptions& options, const at::Tensor& log_sums) {
  check(q, k, v, options);
  return with_elements(q, [&](auto element) { return attend_all<decltype(element)>(q, k, v, options, log_sums); });
}

at::Tensor causal_attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, double scale, int64_t window, double soft_cap, const c10::optional<at::Tensor>& bias,
                            const c10::optional<at::Tensor>& visible) {
  return attend_all(q, k, v, {scale, window, soft_cap, bias, visible}, at::Tensor());
}

// Saves what it read and made and a number per query; the scores are computed anew on the way back. Nothing flows to the bias.
struct CausalAttention : torch::autograd::Function<CausalAttention> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, double scale, int64_t window, double soft_cap,
                            const c10::optional<at::Tensor>& bias, const c10::optional<at::Tensor>& visible) {
    const auto log_sums = at::empty({q.size(0), q.size(2), q.size(1)}, q.options().dtype(at::kFloat));
    const auto out = attend_all(q, k, v, {scale, window, soft_cap, bias, visible}, log_sums);
    context->save_for_backward({q, k, v, out, log_sums, bias.value_or(at::Tensor()), visible.value_or(at::Tensor())});
    context->saved_data["scale"] = scale;
    context->saved_data["window"] = window;
    context->saved_data["soft_cap"] = soft_cap;
    return out;
  }

  static Tensors backward(AutogradContext* context, const Tensors& gradients) {
    once("harness::causal_attention");
    const auto saved = context->get_saved_variables();
    const auto given = [](const at::Tensor& tensor) { return tensor.defined() ? c10::optional<at::Tensor>(tensor) : c10::nullopt; };
    const AttentionOptions options{context->saved_data["scale"].toDouble(), context->saved_data["window"].toInt(), context->saved_data["soft_cap"].toDouble(), given(saved[5]), given(saved[6])};
    const auto found = causal_attention_backward(saved[0], saved[1], saved[2], saved[3], saved[4], gradients[0], options);
    return {found[0], found[1], found[2], {}, {}, {}, {}, {}};
  }
};

at::Tensor causal_attention_recorded(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, double scale, int64_t window, double soft_cap, const c10::optional<at::Tensor>& bias,
                                     const c10::optional<at::Tensor>& visible) {
  TORCH_CHECK(!bias || !bias->requires_grad(), "bias records a gradient, of which the kernel knows nothing");
  return CausalAttention::apply(q, k, v, scale, window, soft_cap, bias, visible);
}

TORCH_LIBRARY_FRAGMENT(harness, m) {
  m.def("causal_attention(Tensor q, Tensor k, Tensor v, float scale, int window, float soft_cap, Tensor? bias, Tensor? visible) -> Tensor");
  m.impl("causal_attention", torch::dispatch(c10::DispatchKey::CPU, causal_attention));
  m.impl("causal_attention", torch::dispatch(c10::DispatchKey::AutogradCPU, causal_attention_recorded));
}

}  // namespace
}  // namespace harness
