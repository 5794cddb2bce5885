// A linear whose weight stays, with low-rank matrices beside it that learn (LoRA, Hu et al. 2021, arXiv 2106.09685): x·Wᵀ + bias + scale · dropout(x)·Aᵀ·Bᵀ. A stretch of rows is dropped, narrowed
// and widened while it lies in the cache; the pattern of dropout and all that is narrow is computed anew on the way back.
#include "again.h"
#include "philox.h"
#include "tile.h"
#include <torch/library.h>

namespace harness {
namespace {

// Rows that go through together.
constexpr int64_t Stretch = 48;
// Rows whose gradients of A and B are summed on their own, so that no order of threads shows.
constexpr int64_t Share = 2 * Stretch;

// A and B, padded with zeros to whole tiles. Narrow rows have `lanes` elements, of which the first `rank` count.
struct Factors {
  int64_t rank, lanes, in, out;  // the last two padded
  at::Tensor a;                  // [rank, in]
  at::Tensor a_panels;           // [panels of 16 lanes][in][16]
  at::Tensor b;                  // [rank, out], times scale
  at::Tensor b_panels;           // [panels of 16 lanes][out][16], times scale

  Factors(const at::Tensor& a_matrix, const at::Tensor& b_matrix, double scale)
      : rank(a_matrix.size(0)), lanes(round_up(round_up(rank, TileRows), TileColumns)), in(round_up(a_matrix.size(1), TileColumns)), out(round_up(b_matrix.size(0), TileColumns)) {
    std::tie(a, a_panels) = lay(a_matrix, in, 1);
    std::tie(b, b_panels) = lay(b_matrix.t(), out, static_cast<float>(scale));
  }

 private:
  static std::pair<at::Tensor, at::Tensor> lay(const at::Tensor& matrix, int64_t width, float factor) {
    const auto rank = matrix.size(0);
    const auto rows = at::zeros({rank, width}, matrix.options()), panels = at::zeros({(rank + TileColumns - 1) / TileColumns, width, TileColumns}, matrix.options());
    const auto from = matrix.data_ptr<float>();
    const auto row = rows.data_ptr<float>(), panel = panels.data_ptr<float>();
    for (int64_t lane = 0; lane < rank; lane++) {
      for (int64_t i = 0; i < matrix.size(1); i++) {
        const float value = from[lane * matrix.stride(0) + i * matrix.stride(1)] * factor;
        row[lane * width + i] = value;
        panel[(lane / TileColumns * width + i) * TileColumns + lane % TileColumns] = value;
      }
    }
    return {rows, panels};
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
  float* factors;  // [48, in]: what x was multiplied with
  float* wide;     // [48, out]: what comes from above
  float* narrow;   // [48, lanes]

  static int64_t size(const Factors& with) { return Stretch * (2 * with.in + with.out + with.lanes); }
  Scratch(float* free, const Factors& with)
      : dropped(free), factors(dropped + Stretch * with.in), wide(factors + Stretch * with.in), narrow(wide + Stretch * with.out) {}
};

// Which elements of a row stay, a bit each.
HT_INLINE void pack(const float* factors, int64_t width, uint64_t* bits) {
  for (int64_t from = 0; from < width; from += 64) {
    uint64_t word = 0;
#pragma omp simd reduction(| : word)
    for (int64_t i = 0; i < std::min<int64_t>(64, width - from); i++) word |= static_cast<uint64_t>(factors[from + i] != 0.0f) << i;
    bits[from / 64] = word;
  }
}

HT_INLINE void unpack(const uint64_t* bits, int64_t width, float kept, float* factors) {
  for (int64_t from = 0; from < width; from += 64) {
    const uint64_t word = bits[from / 64];
#pragma omp simd
    for (int64_t i = 0; i < std::min<int64_t>(64, width - from); i++) factors[from + i] = (word >> i & 1) ? kept : 0.0f;
  }
}

// x, dropped: by the pattern, whose bits are left where they are asked for, or by such bits.
struct Dropper {
  const Pattern& pattern;
  uint64_t* bits;  // [rows, words]; or null
  int64_t words;
  bool has_bits;

  HT_INLINE void drop(const Rows& x, int64_t padded, const Scratch& scratch) const {
    for (int64_t r = 0; r < x.tiles(); r++) {
      float *to = scratch.dropped + r * padded, *factors = scratch.factors + r * padded;
      std::fill(r < x.count ? to + x.width : to, to + padded, 0.0f);
      if (r >= x.count) continue;
      const auto row = x.first + r, place = row * x.width;
      const auto from = x.data + place;
      if (has_bits) {
        unpack(bits + row * words, x.width, pattern.scale, factors);
      } else {
        for (int64_t i = 0; i < x.width;) i += pattern.factors(place + i, place + x.width, factors + i);
        if (bits) pack(factors, x.width, bits + row * words);
      }
#pragma omp simd
      for (int64_t i = 0; i < x.width; i++) to[i] = from[i] * factors[i];
    }
  }
};

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

// narrow [rows, lanes] = rows [rows, width] · panels
HT_INLINE void narrow(const float* rows, int64_t tiles, const float* panels, int64_t width, const Factors& with, float* to) {
  for (int64_t lane = 0; lane < with.lanes; lane += TileColumns) {
    if (lane < with.rank) {
      multiply(tiles, rows, width, panels + lane * width, TileColumns, width, to + lane, with.lanes, false);
    } else {
      for (int64_t row = 0; row < tiles; row++) std::fill(to + row * with.lanes + lane, to + row * with.lanes + lane + TileColumns, 0.0f);
    }
  }
}

// to [count, width] = factors ∘ (narrow · matrix [rank, padded width]) + more [width]; factors and more may be null.
HT_INLINE void widen(const float* narrow, const float* matrix, int64_t padded, const float* factors, const float* more, const Factors& with, const Rows& rows, float* to) {
  to += rows.first * rows.width;
  for (int64_t n = 0; n < rows.width; n += TileColumns) {
    const int64_t columns = std::min(TileColumns, rows.width - n), whole = columns == TileColumns ? rows.count / TileRows * TileRows : 0;
    multiply(whole, narrow, with.lanes, matrix + n, padded, with.rank, to + n, rows.width, false);
    for (int64_t r = whole; r < rows.count; r += TileRows) {
      const int64_t height = std::min(TileRows, rows.count - r);
      float tile[TileRows * TileColumns];
      multiply(TileRows, narrow + r * with.lanes, with.lanes, matrix + n, padded, with.rank, tile, TileColumns, false);
      for (int64_t row = 0; row < height; row++) std::copy(tile + row * TileColumns, tile + row * TileColumns + columns, to + (r + row) * rows.width + n);
    }
  }
  for (int64_t r = 0; r < rows.count; r++) {
    float* row = to + r * rows.width;
    if (factors) {
      const float* by = factors + r * padded;
#pragma omp simd
      for (int64_t i = 0; i < rows.width; i++) row[i] *= by[i];
    }
    if (more) {
#pragma omp simd
      for (int64_t i = 0; i < rows.width; i++) row[i] += more[i];
    }
  }
}

// sums [lanes, width] (+)= narrowᵀ · rows [count, width]
HT_INLINE void outer(const float* narrow, const float* rows, int64_t count, int64_t width, const Factors& with, float* sums, bool accumulate) {
  for (int64_t n = 0; n < width; n += TileColumns) {
    multiply<true>(round_up(with.rank, TileRows), narrow, with.lanes, rows + n, width, count, sums + n, width, accumulate);
  }
}

// y [rows, out] = what the adapter adds, and the bias, which may be null.
HT_CLONES void adapt(const Rows& x, const Rows& y, float* to, const float* bias, const Dropper& dropper, const float* a_panels, const float* b, const Factors& with, const Scratch& scratch) {
  dropper.drop(x, with.in, scratch);
  narrow(scratch.dropped, x.tiles(), a_panels, with.in, with, scratch.narrow);
  widen(scratch.narrow, b, with.out, nullptr, bias, with, y, to);
}

struct Sums {
  float* da;  // [lanes, in]
  float* db;  // [lanes, out]
  bool begun;
};

// g: what comes from above. dx: gets the adapter's part, or is null.
HT_CLONES void adapt_back(const Rows& x, const Rows& g, float* dx, const Sums& sums, const Dropper& dropper, const float* a, const float* a_panels, const float* b_panels, const Factors& with,
                          const Scratch& scratch) {
  dropper.drop(x, with.in, scratch);
  const auto above = whole(g, with.out, scratch.wide);
  narrow(scratch.dropped, x.tiles(), a_panels, with.in, with, scratch.narrow);
  outer(scratch.narrow, above, g.count, with.out, with, sums.db, sums.begun);
  narrow(above, g.tiles(), b_panels, with.out, with, scratch.narrow);
  outer(scratch.narrow, scratch.dropped, x.count, with.in, with, sums.da, sums.begun);
  if (dx) widen(scratch.narrow, a, with.in, scratch.factors, nullptr, with, x, dx);
}

// body(first row, count, scratch) for every stretch; those of a share come in order.
template <class F>
void for_stretches(int64_t rows, const Factors& with, const F& body) {
  const auto scratch = at::empty({at::get_num_threads(), Scratch::size(with)}, with.a.options());
  for_items((rows + Share - 1) / Share, [&](int64_t item, int64_t thread) {
    const auto end = std::min((item + 1) * Share, rows);
    for (int64_t first = item * Share; first < end; first += Stretch) body(first, std::min(Stretch, end - first), Scratch(scratch.data_ptr<float>() + thread * scratch.stride(0), with));
  });
}

at::Tensor flat(const at::Tensor& x) { return x.reshape({-1, x.size(-1)}).contiguous(); }

Dropper dropper(const Pattern& pattern, const at::Tensor& bits, bool has_bits) {
  return {pattern, bits.defined() ? static_cast<uint64_t*>(bits.data_ptr()) : nullptr, bits.defined() ? bits.size(1) : 0, has_bits};
}

// bits: filled where they are defined.
at::Tensor adapted(const at::Tensor& x, const at::Tensor& weight, const c10::optional<at::Tensor>& bias, const at::Tensor& a, const at::Tensor& b, double scale, const Pattern& pattern,
                   const at::Tensor& bits) {
  const auto in = weight.size(1), out = weight.size(0);
  const auto rows = flat(x);
  const auto more = bias ? bias->contiguous() : at::Tensor();
  auto shape = x.sizes().vec();
  shape.back() = out;
  auto y = at::empty(shape, x.options());
  const Factors with(a, b, scale);
  for_stretches(rows.size(0), with, [&](int64_t first, int64_t count, const Scratch& scratch) {
    adapt({rows.data_ptr<float>(), first, count, in}, {nullptr, first, count, out}, y.data_ptr<float>(), bias ? more.data_ptr<float>() : nullptr, dropper(pattern, bits, false),
          with.a_panels.data_ptr<float>(), with.b.data_ptr<float>(), with, scratch);
  });
  y.view({-1, out}).addmm_(rows, weight.t());
  return y;
}

void check(const at::Tensor& x, const at::Tensor& weight, const c10::optional<at::Tensor>& bias, const at::Tensor& a, const at::Tensor& b) {
  TORCH_CHECK(weight.dim() == 2 && a.dim() == 2 && b.dim() == 2 && x.size(-1) == weight.size(1) && a.size(1) == weight.size(1) && b.size(0) == weight.size(0) && b.size(1) == a.size(0) &&
                  (!bias || bias->sizes() == weight.sizes().slice(0, 1)),
              "x ", x.sizes(), ", weight ", weight.sizes(), ", A ", a.sizes(), " and B ", b.sizes(), " must be [..., in], [out, in], [rank, in] and [out, rank], a bias [out]");
}

at::Tensor lora_linear(const at::Tensor& x, const at::Tensor& weight, const c10::optional<at::Tensor>& bias, const at::Tensor& a, const at::Tensor& b, double scale, double p, int64_t seed,
                       int64_t stream, int64_t offset) {
  check(x, weight, bias, a, b);
  return adapted(x, weight, bias, a, b, scale, {p, seed, stream, offset}, at::Tensor());
}

struct LoraLinear : torch::autograd::Function<LoraLinear> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& weight, const c10::optional<at::Tensor>& bias, const at::Tensor& a, const at::Tensor& b, double scale,
                            double p, int64_t seed, int64_t stream, int64_t offset) {
    check(x, weight, bias, a, b);
    const auto recalled = c10::make_intrusive<Recalled>(x);
    const auto bits = at::empty({x.numel() / x.size(-1), (x.size(-1) + 63) / 64}, x.options().dtype(at::kLong));
    context->save_for_backward({recalled->is_saved() ? x : at::Tensor(), weight, a, b, bits});
    context->saved_data["x"] = c10::IValue::make_capsule(recalled);
    context->saved_data["scale"] = scale;
    context->saved_data["p"] = p;
    return adapted(x, weight, bias, a, b, scale, {p, seed, stream, offset}, bits);
  }

  static Tensors backward(AutogradContext* context, const Tensors& gradients) {
    once("harness::lora_linear");
    const auto saved = context->get_saved_variables();
    const auto x = saved[0].defined() ? saved[0] : c10::static_intrusive_pointer_cast<Recalled>(context->saved_data["x"].toCapsule())->make();
    const auto &weight = saved[1], &a = saved[2], &b = saved[3], &bits = saved[4];
    const auto scale = context->saved_data["scale"].toDouble();
    const auto in = weight.size(1), out = weight.size(0);
    const auto for_x = context->needs_input_grad(0);
    const auto rows = flat(x), incoming = flat(gradients[0]);
    const auto dx = for_x ? at::empty_like(rows) : at::Tensor();
    const Factors with(a, b, scale);
    const Pattern pattern(context->saved_data["p"].toDouble(), 0, 0, 0);
    const auto shares = (rows.size(0) + Share - 1) / Share;
    const auto da = at::empty({shares, with.lanes, with.in}, a.options()), db = at::empty({shares, with.lanes, with.out}, b.options());
    for_stretches(rows.size(0), with, [&](int64_t first, int64_t count, const Scratch& scratch) {
      const Sums sums{da.data_ptr<float>() + first / Share * da.stride(0), db.data_ptr<float>() + first / Share * db.stride(0), first % Share != 0};
      adapt_back({rows.data_ptr<float>(), first, count, in}, {incoming.data_ptr<float>(), first, count, out}, for_x ? dx.data_ptr<float>() : nullptr, sums, dropper(pattern, bits, true),
                 with.a.data_ptr<float>(), with.a_panels.data_ptr<float>(), with.b_panels.data_ptr<float>(), with, scratch);
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
