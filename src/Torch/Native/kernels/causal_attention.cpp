#include "simd.h"
#include <ATen/ATen.h>
#include <torch/library.h>
#include <limits>
#include <vector>

namespace harness {
namespace {

// The sums of a tile fill twelve of AVX2's sixteen registers.
constexpr int64_t TileRows = 6;
constexpr int64_t TileColumns = 16;
// Queries of one work item, and the keys they are held against at a time: their scores stay in the second-level cache.
constexpr int64_t Queries = 48;
constexpr int64_t Keys = 2048;
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

struct Range {
  int64_t begin, end;
  HT_INLINE int64_t size() const { return std::max<int64_t>(0, end - begin); }
  HT_INLINE Range within(int64_t from, int64_t to) const { return {std::min(std::max(begin, from), to) - from, std::min(std::max(end, from), to) - from}; }
};

// The keys that a query sees: a prefix shared with other segments, then its own segment up to itself.
struct Sight {
  Range prefix, segment;
};

// Queries first … first + count − 1, all of one document.
struct Tile {
  int64_t first, count;
};

// One row of positions; `visible` holds document start, prefix end and segment start of every position, or is null where all see everything before them.
struct Row {
  const int64_t* visible;
  int64_t window;

  HT_INLINE Sight sight(int64_t query) const {
    const int64_t document = visible ? visible[3 * query] : 0, prefix_end = visible ? visible[3 * query + 1] : 0, segment = visible ? visible[3 * query + 2] : 0;
    if (window <= 0) return {{document, prefix_end}, {segment, query + 1}};
    const int64_t oldest = prefix_end - document + query - segment - window + 1;  // a position within the document
    return {{std::max(document, document + oldest), prefix_end}, {std::max(segment, query - window + 1), query + 1}};
  }
};

// What one head's queries do with their scores.
struct Head {
  const float* q;       // a row per position
  const float* keys;    // [panels of 16 positions][size][16]
  const float* values;  // [panels of 16 dimensions][slots][16]
  const float* bias;    // [positions] or null
  float* out;           // a row per position
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
HT_INLINE void join(const Head& head, const Row& row, const Tile& tile, int64_t from, int64_t to, bool anew, float* most, float* sums, const Scratch& scratch) {
  const int64_t rows = round_up(tile.count, TileRows), width = round_up(to - from, TileColumns), padded = round_up(head.value_size, TileColumns);
  for (int64_t key = 0; key < width; key += TileColumns) {
    for (int64_t r = 0; r < rows; r += TileRows) {
      multiply(scratch.queries + r * head.size, head.size, head.keys + (from + key) * head.size, head.size, scratch.scores + r * width + key, width, false);
    }
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
    for (int64_t r = 0; r < rows; r += TileRows) {
      for (int64_t d = 0; d < padded; d += TileColumns) {
        multiply(scratch.scores + r * width + key, width, head.values + d * head.slots + (from + key) * TileColumns, depth, scratch.mixed + r * padded + d, padded, !anew || key > 0);
      }
    }
  }
}

HT_CLONES void attend(const Head& head, const Row& row, const Tile& tile, const Scratch& scratch) {
  const int64_t rows = round_up(tile.count, TileRows), padded = round_up(head.value_size, TileColumns);
  Range prefix = row.sight(tile.first).prefix, segment = row.sight(tile.first).segment;
  for (int64_t r = 0; r < rows; r++) {
    const int64_t query = tile.first + std::min(r, tile.count - 1);
    const Sight sight = row.sight(query);
    segment = {std::min(segment.begin, sight.segment.begin), std::max(segment.end, sight.segment.end)};
    if (sight.prefix.size()) prefix = prefix.size() ? Range{std::min(prefix.begin, sight.prefix.begin), std::max(prefix.end, sight.prefix.end)} : sight.prefix;
    const float* from = head.q + query * head.q_stride;
    for (int64_t d = 0; d < head.size; d++) scratch.queries[r * head.size + d] = from[d] * head.scale;
  }
  // What lies between them costs less than a chunk of its own.
  if (prefix.size() && prefix.end + TileColumns >= segment.begin) segment.begin = std::min(prefix.begin, segment.begin), prefix = {0, 0};

  float most[Queries], sums[Queries];
  std::fill(most, most + Queries, -std::numeric_limits<float>::infinity());
  bool anew = true;
  for (const Range& keys : {prefix, segment}) {
    for (int64_t from = keys.begin / TileColumns * TileColumns; from < keys.end && keys.size(); from += Keys, anew = false) {
      join(head, row, tile, from, std::min(from + Keys, keys.end), anew, most, sums, scratch);
    }
  }
  for (int64_t r = 0; r < tile.count; r++) {
    const float share = 1.0f / sums[r];
    for (int64_t d = 0; d < head.value_size; d++) head.out[(tile.first + r) * head.out_stride + d] = scratch.mixed[r * padded + d] * share;
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

// Tiles do not cross from one document to the next.
std::vector<Tile> cut(int64_t positions, const int64_t* visible) {
  std::vector<Tile> tiles;
  for (int64_t query = 0; query < positions; query++) {
    const bool fits = !tiles.empty() && tiles.back().count < Queries && (!visible || visible[3 * query] == visible[3 * tiles.back().first]);
    fits ? tiles.back().count++ : (tiles.push_back({query, 1}), 0);
  }
  return tiles;
}

void check(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const c10::optional<at::Tensor>& bias, const c10::optional<at::Tensor>& visible) {
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

at::Tensor causal_attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, double scale, int64_t window, double soft_cap,
                            const c10::optional<at::Tensor>& bias, const c10::optional<at::Tensor>& visible) {
  check(q, k, v, bias, visible);
  const auto batch = q.size(0), positions = q.size(1), heads = q.size(2), shared = k.size(2), size = q.size(3), value_size = v.size(3);
  const auto slots = round_up(positions, TileColumns), padded = round_up(value_size, TileColumns);
  auto output = at::empty({batch, positions, heads * value_size}, q.options());
  const auto keys = at::empty({batch * shared, slots, size}, q.options()), values = at::empty({batch * shared, padded, slots}, q.options());
  const auto key_data = keys.data_ptr<float>(), value_data = values.data_ptr<float>();
  const auto panels = slots / TileColumns;
  for_rows(batch * shared * panels, TileColumns * size, [&](int64_t begin, int64_t end) {
    for (int64_t item = begin; item < end; item++) {
      const auto head = item / panels, b = head / shared, h = head % shared, from = item % panels * TileColumns, count = std::min(TileColumns, positions - from);
      pack_keys(k.data_ptr<float>() + b * k.stride(0) + from * k.stride(1) + h * k.stride(2), k.stride(1), count, size, key_data + (head * slots + from) * size);
      pack_values(v.data_ptr<float>() + b * v.stride(0) + from * v.stride(1) + h * v.stride(2), v.stride(1), count, slots, value_size,
                  value_data + head * padded * slots + from * TileColumns);
    }
  });

  const Row row{visible ? visible->data_ptr<int64_t>() : nullptr, window};
  const auto tiles = cut(positions, row.visible);
  const auto chunk = std::min(slots, Keys);
  const auto scratch = at::empty({at::get_num_threads(), Queries * (size + chunk + padded)}, q.options());
  // The last tiles see the most keys: they go first.
  for_items(batch * heads * static_cast<int64_t>(tiles.size()), [&](int64_t item, int64_t thread) {
    const auto& tile = tiles[tiles.size() - 1 - item / (batch * heads)];
    const auto b = item % (batch * heads) / heads, h = item % heads, head = b * shared + h / (heads / shared);
    const auto free = scratch.data_ptr<float>() + thread * scratch.stride(0);
    attend({q.data_ptr<float>() + b * q.stride(0) + h * q.stride(2), key_data + head * slots * size, value_data + head * padded * slots,
            bias ? bias->data_ptr<float>() + h * positions : nullptr, output.data_ptr<float>() + b * positions * heads * value_size + h * value_size, q.stride(1),
            heads * value_size, slots, size, value_size, static_cast<float>(scale), static_cast<float>(soft_cap)},
           row, tile, {free, free + Queries * size, free + Queries * (size + chunk)});
  });
  return output;
}

TORCH_LIBRARY_FRAGMENT(harness, m) {
  m.def("causal_attention(Tensor q, Tensor k, Tensor v, float scale, int window, float soft_cap, Tensor? bias, Tensor? visible) -> Tensor",
        torch::dispatch(c10::DispatchKey::CPU, causal_attention));
}

}  // namespace
}  // namespace harness
