// What causal attention shares between its way forwards and its way back.
#pragma once
#include "element.h"
#include "tile.h"
#include <algorithm>
#include <vector>

namespace harness {
namespace {

// Queries that are held against the keys at a time.
constexpr int64_t Queries = 48;

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

// The keys that the queries of a tile see: the prefix and the segment together where little lies between them.
struct Reach {
  Range prefix, segment;
};

HT_INLINE Reach reach(const Row& row, const Tile& tile) {
  Range prefix = row.sight(tile.first).prefix, segment = row.sight(tile.first).segment;
  for (int64_t query = tile.first; query < tile.first + tile.count; query++) {
    const Sight sight = row.sight(query);
    segment = {std::min(segment.begin, sight.segment.begin), std::max(segment.end, sight.segment.end)};
    if (sight.prefix.size()) prefix = prefix.size() ? Range{std::min(prefix.begin, sight.prefix.begin), std::max(prefix.end, sight.prefix.end)} : sight.prefix;
  }
  // What lies between them costs less than a chunk of its own.
  if (prefix.size() && prefix.end + TileColumns >= segment.begin) segment.begin = std::min(prefix.begin, segment.begin), prefix = {0, 0};
  return {prefix, segment};
}

// Sixteen positions of one key head, transposed; positions past the end are zero.
template <class T>
HT_CLONES void pack_keys(const T* k, int64_t stride, int64_t count, int64_t size, float* panel) {
  for (int64_t lane = 0; lane < TileColumns; lane++) {
    for (int64_t d = 0; d < size; d++) panel[d * TileColumns + lane] = lane < count ? wide(k[lane * stride + d]) : 0.0f;
  }
}

// Sixteen positions of one value head, cut into panels of sixteen dimensions; dimensions past the end are zero.
template <class T>
HT_CLONES void pack_values(const T* v, int64_t stride, int64_t count, int64_t positions, int64_t size, float* panels) {
  for (int64_t position = 0; position < count; position++) {
    for (int64_t d = 0; d < round_up(size, TileColumns); d++) panels[d / TileColumns * positions * TileColumns + position * TileColumns + d % TileColumns] = d < size ? wide(v[position * stride + d]) : 0.0f;
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

}  // namespace

// The options of causal_attention, checked.
struct AttentionOptions {
  double scale;
  int64_t window;
  double soft_cap;
  c10::optional<at::Tensor> bias, visible;
};

// The gradients of q, k and v, each in its own shape. out and gradient: [batch, positions, query heads · value size]; log_sums: [batch, query heads, positions], log Σ e^score of every query.
std::vector<at::Tensor> causal_attention_backward(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const at::Tensor& out, const at::Tensor& log_sums, const at::Tensor& gradient,
                                                  const AttentionOptions& options);

}  // namespace harness
