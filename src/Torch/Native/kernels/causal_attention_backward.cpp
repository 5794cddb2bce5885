// The way back through causal attention (FlashAttention-2, Dao 2023, arXiv 2307.08691, algorithm 2): scores are computed anew, a tile of queries and a chunk of keys at a time.
#include "attention.h"

namespace harness {
namespace {

// Rows of a product of keys come by six and by sixteen.
constexpr int64_t KeyStep = 48;
// Keys that a tile of queries is held against at a time: shares and their gradients stay in the second-level cache.
constexpr int64_t Keys = 11 * KeyStep;

// What one query head reads and what it makes. Sizes are rounded up to sixteen where "padded" is said.
struct Head {
  const float* q;           // a row per position
  const float* out;         // a row per position
  const float* gradient;    // of out, likewise
  const float* log_sums;    // [positions]
  const float* keys;        // [panels of 16 positions][size][16]
  const float* values;      // [panels of 16 positions][value size][16]
  const float* key_panels;  // [panels of 16 dimensions][slots][16]
  const float* bias;        // [positions] or null
  float* dq;                // a row per position
  float* dk;                // [slots + a step, padded size]
  float* dv;                // [slots + a step, padded value size]
  int64_t q_stride, out_stride, dq_stride, slots, size, value_size;
  float scale, soft_cap;

  HT_INLINE int64_t padded() const { return round_up(size, TileColumns); }
  HT_INLINE int64_t padded_value() const { return round_up(value_size, TileColumns); }
};

struct Scratch {
  float* queries;    // [48, padded size], scaled
  float* gradients;  // [48, padded value size]
  float* shares;     // [48, keys of a chunk]
  float* slopes;     // [48, keys of a chunk]: gradients of the shares, then of the scores
  float* dq;         // [48, padded size]
};

// In: scores and the gradients of shares. Out: shares, and the gradients of scores. pull: Σ share · gradient of the row.
HT_INLINE void differentiate(float* shares, float* slopes, Range keys, float log_sum, float pull, float soft_cap, const float* bias) {
  if (soft_cap > 0) {
    const float twice = 2 / soft_cap;
#pragma omp simd
    for (int64_t i = keys.begin; i < keys.end; i++) {
      const float tanh = 1 - 2 / (exponential(shares[i] * twice) + 1);
      const float share = exponential(soft_cap * tanh + (bias ? bias[i] : 0.0f) - log_sum);
      shares[i] = share;
      slopes[i] = share * (slopes[i] - pull) * (1 - tanh * tanh);
    }
    return;
  }
#pragma omp simd
  for (int64_t i = keys.begin; i < keys.end; i++) {
    const float share = exponential(shares[i] + (bias ? bias[i] : 0.0f) - log_sum);
    shares[i] = share;
    slopes[i] = share * (slopes[i] - pull);
  }
}

HT_INLINE void clear(float* row, Range prefix, Range segment, int64_t width) {
  const Range first = prefix.size() ? prefix : Range{0, 0}, second = segment.size() ? segment : Range{width, width};
  std::fill(row, row + first.begin, 0.0f);
  std::fill(row + first.end, row + second.begin, 0.0f);
  std::fill(row + second.end, row + width, 0.0f);
}

// Keys from … to − 1 against the queries of the tile.
HT_INLINE void chunk(const Head& head, const Row& row, const Tile& tile, int64_t from, int64_t to, bool anew, const float* pulls, const Scratch& scratch) {
  const int64_t rows = round_up(tile.count, TileRows), width = round_up(to - from, KeyStep), padded = head.padded(), padded_value = head.padded_value();
  for (int64_t key = 0; key < to - from; key += TileColumns) {
    multiply(rows, scratch.queries, padded, head.keys + (from + key) * head.size, TileColumns, head.size, scratch.shares + key, width, false);
    multiply(rows, scratch.gradients, padded_value, head.values + (from + key) * head.value_size, TileColumns, head.value_size, scratch.slopes + key, width, false);
  }
  for (int64_t r = 0; r < rows; r++) {
    const bool there = r < tile.count;
    const Sight sight = row.sight(tile.first + (there ? r : 0));
    const Range prefix = there ? sight.prefix.within(from, to) : Range{0, 0}, segment = there ? sight.segment.within(from, to) : Range{0, 0};
    float *shares = scratch.shares + r * width, *slopes = scratch.slopes + r * width;
    for (const Range& keys : {prefix, segment}) {
      if (keys.size()) differentiate(shares, slopes, keys, head.log_sums[tile.first + r], pulls[r], head.soft_cap, head.bias ? head.bias + from : nullptr);
    }
    clear(shares, prefix, segment, width);
    clear(slopes, prefix, segment, width);
  }
  for (int64_t d = 0; d < padded; d += TileColumns) {
    multiply(rows, scratch.slopes, width, head.key_panels + d * head.slots + from * TileColumns, TileColumns, to - from, scratch.dq + d, padded, !anew);
  }
  for (int64_t key = 0; key < width; key += KeyStep) {
    for (int64_t d = 0; d < padded; d += TileColumns) {
      multiply<true>(KeyStep, scratch.slopes + key, width, scratch.queries + d, padded, tile.count, head.dk + (from + key) * padded + d, padded, true);
    }
    for (int64_t d = 0; d < padded_value; d += TileColumns) {
      multiply<true>(KeyStep, scratch.shares + key, width, scratch.gradients + d, padded_value, tile.count, head.dv + (from + key) * padded_value + d, padded_value, true);
    }
  }
}

HT_CLONES void back(const Head& head, const Row& row, const Tile& tile, const Scratch& scratch) {
  const int64_t rows = round_up(tile.count, TileRows), padded = head.padded(), padded_value = head.padded_value();
  float pulls[Queries];
  std::fill(scratch.queries, scratch.queries + rows * padded, 0.0f);
  std::fill(scratch.gradients, scratch.gradients + rows * padded_value, 0.0f);
  for (int64_t r = 0; r < tile.count; r++) {
    const float* q = head.q + (tile.first + r) * head.q_stride;
    const float *out = head.out + (tile.first + r) * head.out_stride, *gradient = head.gradient + (tile.first + r) * head.out_stride;
    for (int64_t d = 0; d < head.size; d++) scratch.queries[r * padded + d] = q[d] * head.scale;
    float pull = 0;
#pragma omp simd reduction(+ : pull)
    for (int64_t d = 0; d < head.value_size; d++) {
      scratch.gradients[r * padded_value + d] = gradient[d];
      pull += gradient[d] * out[d];
    }
    pulls[r] = pull;
  }
  const Reach keys = reach(row, tile);
  bool anew = true;
  for (const Range& seen : {keys.prefix, keys.segment}) {
    for (int64_t from = seen.begin / TileColumns * TileColumns; from < seen.end && seen.size(); from += Keys, anew = false) {
      chunk(head, row, tile, from, std::min(from + Keys, seen.end), anew, pulls, scratch);
    }
  }
  for (int64_t r = 0; r < tile.count; r++) {
    for (int64_t d = 0; d < head.size; d++) head.dq[(tile.first + r) * head.dq_stride + d] = scratch.dq[r * padded + d] * head.scale;
  }
}

// The gradients of the query heads that share a key head, one after another.
HT_CLONES void add_heads(const float* heads, int64_t head_stride, int64_t count, float* sum, int64_t size) {
  std::copy(heads, heads + size, sum);
  for (int64_t head = 1; head < count; head++) {
#pragma omp simd
    for (int64_t d = 0; d < size; d++) sum[d] += heads[head * head_stride + d];
  }
}

}  // namespace

std::vector<at::Tensor> causal_attention_backward(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const at::Tensor& out, const at::Tensor& log_sums, const at::Tensor& gradient,
                                                  const AttentionOptions& options) {
  const auto batch = q.size(0), positions = q.size(1), heads = q.size(2), shared = k.size(2), size = q.size(3), value_size = v.size(3), group = heads / shared;
  const auto slots = round_up(positions, TileColumns), padded = round_up(size, TileColumns), padded_value = round_up(value_size, TileColumns), panels = slots / TileColumns;
  const auto float_options = q.options();
  const auto incoming = gradient.contiguous();
  const auto keys = at::empty({batch * shared, slots, size}, float_options), values = at::empty({batch * shared, slots, value_size}, float_options);
  const auto key_panels = at::empty({batch * shared, padded, slots}, float_options);
  for_rows(batch * shared * panels, TileColumns * size, [&](int64_t begin, int64_t end) {
    for (int64_t item = begin; item < end; item++) {
      const auto head = item / panels, b = head / shared, h = head % shared, from = item % panels * TileColumns, count = std::min(TileColumns, positions - from);
      const auto key = k.data_ptr<float>() + b * k.stride(0) + from * k.stride(1) + h * k.stride(2);
      pack_keys(key, k.stride(1), count, size, keys.data_ptr<float>() + (head * slots + from) * size);
      pack_values(key, k.stride(1), count, slots, size, key_panels.data_ptr<float>() + head * padded * slots + from * TileColumns);
      pack_keys(v.data_ptr<float>() + b * v.stride(0) + from * v.stride(1) + h * v.stride(2), v.stride(1), count, value_size,
                values.data_ptr<float>() + (head * slots + from) * value_size);
    }
  });

  const Row row{options.visible ? options.visible->data_ptr<int64_t>() : nullptr, options.window};
  const auto tiles = cut(positions, row.visible);
  const auto chunk = std::min(round_up(slots, KeyStep), Keys);
  const auto scratch = at::empty({at::get_num_threads(), Queries * (2 * padded + padded_value + 2 * chunk)}, float_options);
  auto dq = at::empty({batch, positions, heads, size}, float_options), dk = at::empty({batch, positions, shared, size}, float_options),
       dv = at::empty({batch, positions, shared, value_size}, float_options);
  // Each query head has sums of its own, so that no order of threads shows.
  const auto rows = slots + KeyStep;
  const auto key_sums = at::empty({batch * heads, rows, padded}, float_options), value_sums = at::empty({batch * heads, rows, padded_value}, float_options);
  for_items(batch * heads, [&](int64_t item, int64_t thread) {
    const auto b = item / heads, h = item % heads, head = b * shared + h / group;
    const auto free = scratch.data_ptr<float>() + thread * scratch.stride(0);
    const auto key_sum = key_sums.data_ptr<float>() + item * rows * padded, value_sum = value_sums.data_ptr<float>() + item * rows * padded_value;
    std::fill(key_sum, key_sum + rows * padded, 0.0f);
    std::fill(value_sum, value_sum + rows * padded_value, 0.0f);
    const auto place = (b * positions * heads + h) * value_size;
    const Head its{q.data_ptr<float>() + b * q.stride(0) + h * q.stride(2), out.data_ptr<float>() + place, incoming.data_ptr<float>() + place, log_sums.data_ptr<float>() + item * positions,
                   keys.data_ptr<float>() + head * slots * size, values.data_ptr<float>() + head * slots * value_size, key_panels.data_ptr<float>() + head * padded * slots,
                   options.bias ? options.bias->data_ptr<float>() + h * positions : nullptr, dq.data_ptr<float>() + (b * positions * heads + h) * size, key_sum, value_sum, q.stride(1),
                   heads * value_size, heads * size, slots, size, value_size, static_cast<float>(options.scale), static_cast<float>(options.soft_cap)};
    const auto shares = free + Queries * (2 * padded + padded_value);
    for (const auto& tile : tiles) back(its, row, tile, {free, free + Queries * 2 * padded, shares, shares + Queries * chunk, free + Queries * padded});
  });
  for_rows(batch * positions * shared, group * (size + value_size), [&](int64_t first, int64_t last) {
    for (int64_t item = first; item < last; item++) {
      const auto b = item / (positions * shared), position = item / shared % positions, head = b * heads + item % shared * group;
      add_heads(key_sums.data_ptr<float>() + (head * rows + position) * padded, rows * padded, group, dk.data_ptr<float>() + item * size, size);
      add_heads(value_sums.data_ptr<float>() + (head * rows + position) * padded_value, rows * padded_value, group, dv.data_ptr<float>() + item * value_size, value_size);
    }
  });
  return {dq, dk, dv};
}

}  // namespace harness
