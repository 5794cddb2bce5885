// A thread for each element: it goes where fewer than `pruned` of its group sort before it.
__device__ int order_key(float value) {
  const int bits = __float_as_int(value + 0.0f);  // -0 becomes +0
  return value != value ? 0x7fffffff : bits ^ ((bits >> 31) & 0x7fffffff);
}

extern "C" __global__ void nm_prune_mask(const float* metric, unsigned char* mask, long long rows, int columns, int pruned, int group) {
  const int column = blockIdx.x * blockDim.x + threadIdx.x;
  if (column >= columns) return;
  const int first = column / group * group, last = min(first + group, columns);
  for (long long row = blockIdx.y; row < rows; row += gridDim.y) {
    const float* values = metric + row * columns;
    const int mine = order_key(values[column]);
    int rank = 0;
    for (int i = first; i < last; i++) {
      const int other = order_key(values[i]);
      rank += i < column ? other <= mine : other < mine;
    }
    mask[row * columns + column] = rank < pruned;
  }
}
