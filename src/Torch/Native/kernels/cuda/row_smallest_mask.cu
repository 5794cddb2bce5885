// Marks the k smallest of every row, of equal ones the lower column, and NaN after everything. A block of 256 threads for each row finds the k-th by its bytes, highest first.
__device__ unsigned order_key(float value) {
  const unsigned bits = __float_as_uint(value + 0.0f);  // -0 becomes +0
  return value != value ? 0xffffffffu : bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

extern "C" __global__ void row_smallest_mask(const float* metric, unsigned char* mask, int columns, int k) {
  __shared__ int count[256];
  __shared__ int in_warp[8];
  __shared__ unsigned found;
  __shared__ int left;
  const float* row = metric + (long long)blockIdx.x * columns;
  unsigned char* marks = mask + (long long)blockIdx.x * columns;
  const int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  if (threadIdx.x == 0) {
    found = 0;
    left = k;
  }
  for (int shift = 24; shift >= 0; shift -= 8) {
    count[threadIdx.x] = 0;
    __syncthreads();
    const unsigned above = found;
    for (int i = threadIdx.x; i < columns; i += blockDim.x) {
      const unsigned key = order_key(row[i]);
      if (shift == 24 || key >> (shift + 8) == above >> (shift + 8)) atomicAdd(&count[key >> shift & 255], 1);
    }
    __syncthreads();
    if (warp == 0) {  // each lane has eight bytes' counts; the one in whose stretch the k-th lies finds its byte
      int sum = 0;
      for (int i = 0; i < 8; i++) sum += count[lane * 8 + i];
      int upto = sum;
      for (int step = 1; step < 32; step *= 2) {
        const int other = __shfl_up_sync(0xffffffffu, upto, step);
        if (lane >= step) upto += other;
      }
      int before = upto - sum;
      const int wanted = left;
      __syncwarp();
      if (before < wanted && wanted <= upto) {
        int digit = lane * 8;
        while (before + count[digit] < wanted) before += count[digit++];
        found = above | (unsigned)digit << shift;
        left = wanted - before;
      }
    }
    __syncthreads();
  }
  const unsigned threshold = found;
  const int ties = left;
  int seen = 0;  // equal to the threshold in the columns before
  for (int first = 0; first < columns; first += blockDim.x) {
    const int i = first + threadIdx.x;
    const unsigned key = i < columns ? order_key(row[i]) : 0xffffffffu;
    const bool equal = i < columns && key == threshold;
    const unsigned equals = __ballot_sync(0xffffffffu, equal);
    if (lane == 0) in_warp[warp] = __popc(equals);
    __syncthreads();
    int before = seen + __popc(equals & ((1u << lane) - 1));
    for (int other = 0; other < 8; other++) {
      if (other < warp) before += in_warp[other];
      seen += in_warp[other];
    }
    if (i < columns) marks[i] = key < threshold || (equal && before < ties);
    __syncthreads();
  }
}
