#include "simd.h"
#include <ATen/ATen.h>
#include <torch/library.h>
#include <limits>

namespace harness {
namespace {

// The sums of a tile fill twelve of AVX2's sixteen registers.
constexpr int64_t TileRows = 6;
constexpr int64_t TileColumns = 16;
// Queries of one work item: their scores against all keys stay in the second-level cache.
constexpr int64_t Queries = 48;
// Keys that are multiplied with their values at a time.
constexpr int64_t Depth = 256;

HT_INLINE int64_t round_up(int64_t n, int64_t to) { return (n + to - 1) / to * to; }

// C[6, 16] (+)= A[6, depth] · B[depth, 16]
HT_INLINE void multiply(const float* a, int64_t a_stride, const float* b, int64_t depth, float* c, int64_t c_stride, bool accumulate) {
  // With its bounds known, the compiler unrolls the tile and keeps it in registers.
  float sums[TileRows][TileColumns] = {};
  if (accumulate) {
    for (int64_t r = 0; r < TileRows; r++) {
      for (int64_t n = 0; n < TileColumns; n++) sums[r][n] = c[r * c_stride + n];
    }
  }
  for (int64_t k = 0; k < depth; k++) {
    for (int64_t r = 0; r < TileRows; r++) {
#pragma omp simd
      for (int64_t n = 0; n < TileColumns; n++) sums[r][n] += a[r * a_stride + k] * b[k * TileColumns + n];
    }
  }
  for (int64_t r = 0; r < TileRows; r++) {
    for (int64_t n = 0; n < TileColumns; n++) c[r * c_stride + n] = sums[r][n];
  }
}

// Leaves e^(score − max) in the row and returns their sum.
HT_INLINE float exponentials(float* row, int64_t count) {
  float most = -std::numeric_limits<float>::infinity();
#pragma omp simd reduction(max : most)
  for (int64_t i = 0; i < count; i++) most = row[i] > most ? row[i] : most;
  float sum = 0;
#pragma omp simd reduction(+ : sum)
  for (int64_t i = 0; i < count; i++) {
    row[i] = exponential(row[i] - most);
    sum += row[i];
  }
  return sum;
}

struct Scratch {
  float* queries;  // [48, D]
  float* scores;   // [48, keys]
  float* mixed;    // [48, D rounded up]
};

// Queries first … first + count − 1 of one head: q and out have a row per position.
// keys: [panels of 16 positions][D][16]; values: [panels of 16 dimensions][positions][16].
HT_CLONES void attend(const float* q, int64_t q_stride, const float* keys, const float* values, float* out, int64_t out_stride, int64_t first, int64_t count,
                      int64_t positions, int64_t size, float scale, Scratch scratch) {
  const int64_t rows = round_up(count, TileRows), seen = first + count, width = round_up(seen, TileColumns), padded = round_up(size, TileColumns);
  for (int64_t r = 0; r < rows; r++) {
    const float* from = q + std::min(r, count - 1) * q_stride;
    for (int64_t d = 0; d < size; d++) scratch.queries[r * size + d] = from[d] * scale;
  }
  for (int64_t key = 0; key < seen; key += TileColumns) {
    for (int64_t r = 0; r < rows; r += TileRows) multiply(scratch.queries + r * size, size, keys + key * size, size, scratch.scores + r * width + key, width, false);
  }
  float sums[Queries];
  for (int64_t r = 0; r < rows; r++) {
    const int64_t visible = std::min(first + r + 1, seen);
    sums[r] = exponentials(scratch.scores + r * width, visible);
    std::fill(scratch.scores + r * width + visible, scratch.scores + r * width + width, 0.0f);
  }
  for (int64_t from = 0; from < seen; from += Depth) {
    const int64_t depth = std::min(Depth, seen - from);
    for (int64_t r = 0; r < rows; r += TileRows) {
      for (int64_t d = 0; d < padded; d += TileColumns) {
        multiply(scratch.scores + r * width + from, width, values + d * positions + from * TileColumns, depth, scratch.mixed + r * padded + d, padded, from > 0);
      }
    }
  }
  for (int64_t r = 0; r < count; r++) {
    const float share = 1.0f / sums[r];
    for (int64_t d = 0; d < size; d++) out[r * out_stride + d] = scratch.mixed[r * padded + d] * share;
  }
}

// Sixteen positions of one key head, transposed; positions past the end are zero.
HT_CLONES void pack_keys(const float* k, int64_t stride, int64_t count, int64_t size, float* panel) {
  for (int64_t lane = 0; lane < TileColumns; lane++) {
    for (int64_t d = 0; d < size; d++) panel[d * TileColumns + lane] = lane < count ? k[lane * stride + d] : 0.0f;
  }
}

// Sixteen positions of one value head, cut into panels of sixteen dimensions; dimensions past the end are zero.
HT_CLONES void pack_values(const float* v, int64_t stride, int64_t count, int64_t positions, int64_t size, float* panels) {
  for (int64_t position = 0; position < count; position++) {
    for (int64_t d = 0; d < round_up(size, TileColumns); d++) panels[d / TileColumns * positions * TileColumns + position * TileColumns + d % TileColumns] = d < size ? v[position * stride + d] : 0.0f;
  }
}

at::Tensor causal_attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, double scale) {
  TORCH_CHECK(q.dim() == 4 && k.dim() == 4 && k.sizes() == v.sizes() && q.size(0) == k.size(0) && q.size(1) == k.size(1) && q.size(3) == k.size(3) &&
                  k.size(2) > 0 && q.size(2) % k.size(2) == 0,
              "q ", q.sizes(), ", k ", k.sizes(), " and v ", v.sizes(), " must be [batch, positions, heads, head size] with query heads a multiple of key heads");
  TORCH_CHECK(q.stride(3) == 1 && k.stride(3) == 1 && v.stride(3) == 1, "heads must be contiguous");
  const auto batch = q.size(0), positions = q.size(1), heads = q.size(2), shared = k.size(2), size = q.size(3);
  const auto slots = round_up(positions, TileColumns), padded = round_up(size, TileColumns);
  auto output = at::empty({batch, positions, heads * size}, q.options());
  const auto keys = at::empty({batch * shared, slots, size}, q.options()), values = at::empty({batch * shared, padded, slots}, q.options());
  const auto key_data = keys.data_ptr<float>(), value_data = values.data_ptr<float>();
  const auto panels = slots / TileColumns;
  for_rows(batch * shared * panels, TileColumns * size, [&](int64_t begin, int64_t end) {
    for (int64_t item = begin; item < end; item++) {
      const auto head = item / panels, b = head / shared, h = head % shared, from = item % panels * TileColumns, count = std::min(TileColumns, positions - from);
      pack_keys(k.data_ptr<float>() + b * k.stride(0) + from * k.stride(1) + h * k.stride(2), k.stride(1), count, size, key_data + (head * slots + from) * size);
      pack_values(v.data_ptr<float>() + b * v.stride(0) + from * v.stride(1) + h * v.stride(2), v.stride(1), count, slots, size,
                  value_data + head * padded * slots + from * TileColumns);
    }
  });

  const auto tiles = (positions + Queries - 1) / Queries;
  const auto scratch = at::empty({at::get_num_threads(), Queries * (size + slots + padded)}, q.options());
  // The last tiles see the most keys: they go first.
  for_items(batch * heads * tiles, [&](int64_t item, int64_t thread) {
    const auto first = (tiles - 1 - item / (batch * heads)) * Queries, b = item % (batch * heads) / heads, h = item % heads;
    const auto head = b * shared + h / (heads / shared);
    const auto free = scratch.data_ptr<float>() + thread * scratch.stride(0);
    attend(q.data_ptr<float>() + b * q.stride(0) + first * q.stride(1) + h * q.stride(2), q.stride(1), key_data + head * slots * size, value_data + head * padded * slots,
           output.data_ptr<float>() + (b * positions + first) * heads * size + h * size, heads * size, first, std::min(Queries, positions - first), slots, size,
           static_cast<float>(scale), {free, free + Queries * size, free + Queries * (size + slots)});
  });
  return output;
}

TORCH_LIBRARY_FRAGMENT(harness, m) {
  m.def("causal_attention(Tensor q, Tensor k, Tensor v, float scale) -> Tensor", torch::dispatch(c10::DispatchKey::CPU, causal_attention));
}

}  // namespace
}  // namespace harness
