// Sums of squares down the columns in double, a stretch of rows for each block: what the stretches come to is added afterwards, so that the order never changes.
// float32 (0), float16 (1) or bfloat16 (2)
__device__ float wide(const void* x, long long i, int element) {
  if (element == 0) return ((const float*)x)[i];
  const unsigned short bits = ((const unsigned short*)x)[i];
  if (element == 2) return __uint_as_float((unsigned)bits << 16);
  float value;
  asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(bits));
  return value;
}

extern "C" __global__ void column_square_sum(const void* x, double* sums, long long rows, int columns, int stretch, int element) {
  __shared__ double shared[256];
  const int lane = threadIdx.x % 32, part = threadIdx.x / 32;
  const int column = blockIdx.x * 32 + lane;
  const long long first = (long long)blockIdx.y * stretch, last = min(first + stretch, rows);
  double sum = 0;
  if (column < columns) {
    for (long long row = first + part; row < last; row += 8) {
      const double value = wide(x, row * columns + column, element);
      sum += value * value;
    }
  }
  shared[threadIdx.x] = sum;
  __syncthreads();
  if (part == 0 && column < columns) {
    for (int other = 1; other < 8; other++) sum += shared[other * 32 + lane];
    sums[(long long)blockIdx.y * columns + column] = sum;
  }
}
