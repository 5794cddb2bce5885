// A linear whose weight stays, with low-rank matrices beside it that learn (LoRA, Hu et al. 2021, arXiv 2106.09685): x·Wᵀ + bias + scale · dropout(x)·Aᵀ·Bᵀ. A stretch of rows is dropped, narrowed
// and widened while it lies in the cache; for the way back the pattern of dropout, a bit per element, and the narrow rows are kept.
#include "again.h"
#include "philox.h"
#include "tile.h"
#include <torch/library.h>

namespace harness {
namespace {

static_assert(Bits == TileColumns);

// Rows that go through together; their gradients of A and B are summed on their own, so that no order of threads shows.
constexpr int64_t Stretch = 48;
// Ranks come by so many: narrow rows have whole groups of them, zeros where the rank ends.
constexpr int64_t Group = 8;

// A and Bᵀ, padded with zeros to whole tiles.
struct Factors {
  int64_t rank, lanes, in, out;  // all but the rank padded
  at::Tensor a;                  // [lanes, in]
  at::Tensor b;                  // [lanes, out], times scale

  Factors(const at::Tensor& a_matrix, const at::Tensor& b_matrix, double scale)
      : rank(a_matrix.size(0)), lanes(round_up(rank, Group)), in(round_up(a_matrix.size(1), TileColumns)), out(round_up(b_matrix.size(0), TileColumns)), a(padded(a_matrix, in)),
        b(padded(b_matrix.t(), out).mul_(scale)) {}

 private:
  at::Tensor padded(const at::Tensor& matrix, int64_t width) const {
    auto whole = at::zeros({lanes, width}, matrix.options());
    whole.narrow(0, 0, rank).narrow(1, 0, matrix.size(1)).copy_(matrix);
    return whole;
  }
};

// Rows first … first + count − 1 of a contiguous matrix.
struct Rows {
  const float* data;
  int64_t first, count, width;

  HT_INLINE int64_t tiles() const { return round_up(count, TileRows); }
};

// What a thread needs for a stretch: rows padded to whole tiles.
struct Scratch {
  float* dropped;  // [48, in]: x, dropped
  float* wide;     // [48, out]: what comes from above
  float* narrow;   // [48, lanes]: what comes from above, narrowed

  static int64_t size(const Factors& with) { return Stretch * (with.in + with.out + with.lanes); }
  Scratch(float* free, const Factors& with) : dropped(free), wide(dropped + Stretch * with.in), narrow(wide + Stretch * with.out) {}
};

// Which elements of x stay, a bit each, sixteen to a word as to a row of a tile; a row of x begins with a word of its own.
struct Kept {
  uint16_t* words;
  int64_t words_per_row;
  float factor;  // of what stays

  HT_INLINE uint16_t* row(int64_t row) const { return words + row * words_per_row; }
};

// What sixteen elements are multiplied with.
HT_INLINE TileRow factors(uint16_t word, float factor) { return (static_cast<int32_t>(word) & TileBits) != 0 ? TileRow{} + factor : TileRow{}; }

// dropped: x where it stays, times the factor; zeros behind it.
HT_INLINE void drop(const Rows& x, int64_t padded, const Kept& kept, float* dropped) {
  const int64_t whole = x.width / TileColumns * TileColumns, width = x.width, rows = x.count, padding = x.tiles() - x.count;
  const float factor = kept.factor;
  const float* from = x.data + x.first * width;
  for (int64_t r = 0; r < rows; r++, from += width, dropped += padded) {
    const uint16_t* words = kept.row(x.first + r);
    for (int64_t i = 0; i < whole; i += TileColumns) tile_row(dropped + i) = tile_row(from + i) * factors(*words++, factor);
    if (whole < padded) {
      const TileRow by = factors(*words, factor);
      for (int64_t i = whole; i < padded; i++) dropped[i] = i < width ? from[i] * by[i - whole] : 0.0f;
    }
  }
  std::fill(dropped, dropped + padding * padded, 0.0f);
}

// Rows of a matrix for tiles: where they are, or padded in a copy.
HT_INLINE const float* whole(const Rows& rows, int64_t padded, float* copy) {
  const auto from = rows.data + rows.first * rows.width;
  if (rows.count == rows.tiles() && rows.width == padded) return from;
  for (int64_t r = 0; r < rows.tiles(); r++) {
    const int64_t filled = r < rows.count ? rows.width : 0;
    std::copy(from + r * rows.width, from + r * rows.width + filled, copy + r * padded);
    std::fill(copy + r * padded + filled, copy + (r + 1) * padded, 0.0f);
  }
  return copy;
}

// narrow [rows, lanes] = rows [rows, width] · matrixᵀ [lanes, width]
HT_INLINE void narrow(const float* rows, int64_t tiles, const float* matrix, int64_t width, const Factors& with, float* to) {
  for (int64_t lane = 0; lane < with.lanes; lane += Group) multiply_rows(tiles, rows, width, matrix + lane * width, width, to + lane, with.lanes);
}

// to [count, width] = kept ∘ (narrow · matrix [lanes, padded width] + more [width]); kept and more may be null.
HT_INLINE void widen(const float* narrow, const float* matrix, int64_t padded, const Kept* kept, const float* more, const Factors& with, const Rows& rows, float* to) {
  const int64_t width = rows.width, count = rows.count, tiles = rows.tiles(), rank = with.rank, lanes = with.lanes, words_per_row = kept ? kept->words_per_row : 0;
  const float factor = kept ? kept->factor : 0;
  const uint16_t* words = kept ? kept->row(rows.first) : nullptr;
  to += rows.first * width;
  for (int64_t n = 0; n < width; n += TileColumns, to += TileColumns, words++) {
    float tile[Stretch * TileColumns];
    multiply(tiles, narrow, lanes, matrix + n, padded, rank, tile, TileColumns, false);
    const int64_t columns = std::min(TileColumns, width - n);
    TileRow bias = {};
    if (more) std::copy(more + n, more + n + columns, reinterpret_cast<float*>(&bias));
    for (int64_t r = 0; r < count; r++) {
      TileRow row = tile_row(tile + r * TileColumns) + bias;
      if (kept) row *= factors(words[r * words_per_row], factor);
      if (columns == TileColumns) {
        tile_row(to + r * width) = row;
      } else {
        for (int64_t i = 0; i < columns; i++) to[r * width + i] = row[i];
      }
    }
  }
}

// sums [lanes, width] = narrowᵀ · rows [count, width]
HT_INLINE void outer(const float* narrow, const float* rows, int64_t count, int64_t width, const Factors& with, float* sums) {
  for (int64_t n = 0; n < width; n += TileColumns) {
    for (int64_t lane = 0; lane < with.lanes; lane += Group) multiply_group<Group>(narrow + lane, with.lanes, rows + n, width, count, sums + lane * width + n, width, false);
  }
}

// y [rows, out] = what the adapter adds, and the bias, which may be null. Leaves what it keeps of x, and x narrowed: [rows of whole tiles, lanes].
HT_CLONES void adapt(const Rows& x, const Rows& y, float* to, const float* bias, const Pattern& pattern, const Kept& kept, float* narrowed, const float* a, const float* b, const Factors& with,
                     const Scratch& scratch) {
  narrowed += x.first * with.lanes;
  for (int64_t row = x.first; row < x.first + x.count; row++) pattern.keep(row * x.width, x.width, kept.row(row));
  drop(x, with.in, kept, scratch.dropped);
  narrow(scratch.dropped, x.tiles(), a, with.in, with, narrowed);
  widen(narrowed, b, with.out, nullptr, bias, with, y, to);
}

struct Sums {
  float* da;  // [lanes, in]
  float* db;  // [lanes, out]
};

// g: what comes from above. dx: gets the adapter's part, or is null.
HT_CLONES void adapt_back(const Rows& x, const Rows& g, float* dx, const Sums& sums, const Kept& kept, const float* narrowed, const float* a, const float* b, const Factors& with,
                          const Scratch& scratch) {
  const auto above = whole(g, with.out, scratch.wide);
  outer(narrowed + g.first * with.lanes, above, g.count, with.out, with, sums.db);
  narrow(above, g.tiles(), b, with.out, with, scratch.narrow);
  drop(x, with.in, kept, scratch.dropped);
  outer(scratch.narrow, scratch.dropped, x.count, with.in, with, sums.da);
  if (dx) widen(scratch.narrow, a, with.in, &kept, nullptr, with, x, dx);
}

int64_t stretches(int64_t rows) { return (rows + Stretch - 1) / Stretch; }

// body(stretch, first row, count, scratch) for every stretch.
template <class F>
void for_stretches(int64_t rows, const Factors& with, const F& body) {
  const auto scratch = at::empty({at::get_num_threads(), Scratch::size(with)}, with.a.options());
  for_items(stretches(rows), [&](int64_t item, int64_t thread) {
    body(item, item * Stretch, std::min(Stretch, rows - item * Stretch), Scratch(scratch.data_ptr<float>() + thread * scratch.stride(0), with));
  });
}

at::Tensor flat(const at::Tensor& x) { return x.reshape({-1, x.size(-1)}).contiguous(); }

Kept kept_of(const at::Tensor& words, const Pattern& pattern) { return {reinterpret_cast<uint16_t*>(words.data_ptr<int16_t>()), words.size(1), pattern.scale}; }

// What a linear and its adapter make of x, and what the way back reads.
struct Adapted {
  at::Tensor y;
  at::Tensor kept;      // [rows, words]
  at::Tensor narrowed;  // [rows of whole tiles, lanes]
};

Adapted adapted(const at::Tensor& x, const at::Tensor& weight, const c10::optional<at::Tensor>& bias, const at::Tensor& a, const at::Tensor& b, double scale, const Pattern& pattern) {
  const auto in = weight.size(1), out = weight.size(0);
  const auto rows = flat(x);
  const auto more = bias ? bias->contiguous() : at::Tensor();
  auto shape = x.sizes().vec();
  shape.back() = out;
  const Factors with(a, b, scale);
  const Adapted made{at::empty(shape, x.options()), at::empty({rows.size(0), round_up(in, Bits) / Bits}, x.options().dtype(at::kShort)), at::empty({round_up(rows.size(0), TileRows), with.lanes}, x.options())};
  for_stretches(rows.size(0), with, [&](int64_t, int64_t first, int64_t count, const Scratch& scratch) {
    adapt({rows.data_ptr<float>(), first, count, in}, {nullptr, first, count, out}, made.y.data_ptr<float>(), bias ? more.data_ptr<float>() : nullptr, pattern, kept_of(made.kept, pattern),
          made.narrowed.data_ptr<float>(), with.a.data_ptr<float>(), with.b.data_ptr<float>(), with, scratch);
  });
  made.y.view({-1, out}).addmm_(rows, weight.t());
  return made;
}

void check(const at::Tensor& x, const at::Tensor& weight, const c10::optional<at::Tensor>& bias, const at::Tensor& a, const at::Tensor& b) {
  TORCH_CHECK(weight.dim() == 2 && a.dim() == 2 && b.dim() == 2 && x.size(-1) == weight.size(1) && a.size(1) == weight.size(1) && b.size(0) == weight.size(0) && b.size(1) == a.size(0) &&
                  (!bias || bias->sizes() == weight.sizes().slice(0, 1)),
              "x ", x.sizes(), ", weight ", weight.sizes(), ", A ", a.sizes(), " and B ", b.sizes(), " must be [..., in], [out, in], [rank, in] and [out, rank], a bias [out]");
}

at::Tensor lora_linear(const at::Tensor& x, const at::Tensor& weight, const c10::optional<at::Tensor>& bias, const at::Tensor& a, const at::Tensor& b, double scale, double p, int64_t seed,
                       int64_t stream, int64_t offset) {
  check(x, weight, bias, a, b);
  return adapted(x, weight, bias, a, b, scale, {p, seed, stream, offset}).y;
}

struct LoraLinear : torch::autograd::Function<LoraLinear> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& weight, const c10::optional<at::Tensor>& bias, const at::Tensor& a, const at::Tensor& b, double scale,
                            double p, int64_t seed, int64_t stream, int64_t offset) {
    check(x, weight, bias, a, b);
    const auto recalled = c10::make_intrusive<Recalled>(x);
    const auto made = adapted(x, weight, bias, a, b, scale, {p, seed, stream, offset});
    context->save_for_backward({recalled->is_saved() ? x : at::Tensor(), weight, a, b, made.kept, made.narrowed});
    context->saved_data["x"] = c10::IValue::make_capsule(recalled);
    context->saved_data["scale"] = scale;
    context->saved_data["p"] = p;
    return made.y;
  }

  static Tensors backward(AutogradContext* context, const Tensors& gradients) {
    once("harness::lora_linear");
    const auto saved = context->get_saved_variables();
    const auto x = saved[0].defined() ? saved[0] : c10::static_intrusive_pointer_cast<Recalled>(context->saved_data["x"].toCapsule())->make();
    const auto &weight = saved[1], &a = saved[2], &b = saved[3], &kept = saved[4], &narrowed = saved[5];
    const auto scale = context->saved_data["scale"].toDouble();
    const auto in = weight.size(1), out = weight.size(0);
    const auto for_x = context->needs_input_grad(0);
    const auto rows = flat(x), incoming = flat(gradients[0]);
    const auto dx = for_x ? at::empty_like(rows) : at::Tensor();
    const Factors with(a, b, scale);
    const Pattern pattern(context->saved_data["p"].toDouble(), 0, 0, 0);
    const auto parts = stretches(rows.size(0));
    const auto da = at::empty({parts, with.lanes, with.in}, a.options()), db = at::empty({parts, with.lanes, with.out}, b.options());
    for_stretches(rows.size(0), with, [&](int64_t stretch, int64_t first, int64_t count, const Scratch& scratch) {
      adapt_back({rows.data_ptr<float>(), first, count, in}, {incoming.data_ptr<float>(), first, count, out}, for_x ? dx.data_ptr<float>() : nullptr,
                 {da.data_ptr<float>() + stretch * da.stride(0), db.data_ptr<float>() + stretch * db.stride(0)}, kept_of(kept, pattern), narrowed.data_ptr<float>(), with.a.data_ptr<float>(),
                 with.b.data_ptr<float>(), with, scratch);
    });
    if (for_x) dx.addmm_(incoming, weight);
    const auto sum = [&](const at::Tensor& parts, int64_t width) { return parts.slice(1, 0, with.rank).sum(0).slice(1, 0, width); };
    return {for_x ? dx.view(x.sizes()) : dx, {}, {}, sum(da, in).contiguous(), (sum(db, out) * scale).t().contiguous(), {}, {}, {}, {}, {}};
  }
};

at::Tensor lora_linear_recorded(const at::Tensor& x, const at::Tensor& weight, const c10::optional<at::Tensor>& bias, const at::Tensor& a, const at::Tensor& b, double scale, double p, int64_t seed,
                                int64_t stream, int64_t offset) {
  TORCH_CHECK(!weight.requires_grad() && !(bias && bias->requires_grad()), "weight or bias records a gradient, of which the kernel knows nothing");
  return LoraLinear::apply(x, weight, bias, a, b, scale, p, seed, stream, offset);
}

TORCH_LIBRARY_FRAGMENT(harness, m) {
  m.def("lora_linear(Tensor x, Tensor weight, Tensor? bias, Tensor a, Tensor b, float scale, float p, int seed, int stream, int offset) -> Tensor");
  m.impl("lora_linear", torch::dispatch(c10::DispatchKey::CPU, lora_linear));
  m.impl("lora_linear", torch::dispatch(c10::DispatchKey::AutogradCPU, lora_linear_recorded));
}

}  // namespace
}  // namespace harness
