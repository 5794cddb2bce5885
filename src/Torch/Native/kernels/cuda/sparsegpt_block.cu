// The column sweep of SparseGPT inside one block, a warp for each row: ../sparsegpt_block.cpp says the same for the CPU, in the same order and with the same roundings.
extern "C" __global__ void sparsegpt_block(
    float* weights, long long weights_stride, const float* u, long long u_stride, unsigned char* mask, long long mask_stride, const float* norm, float* errors, int rows, int width,
    int pruned, int group) {
  extern __shared__ float shared[];
  const int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  const long long row = (long long)blockIdx.x * (blockDim.x / 32) + warp;
  if (row >= rows) return;
  float* w = shared + (long long)warp * 4 * width;
  float* error = w + width;
  float* score = error + width;
  float* marked = score + width;
  for (int j = lane; j < width; j += 32) {
    w[j] = weights[row * weights_stride + j];
    marked[j] = mask[row * mask_stride + j];
  }
  __syncwarp();
  for (int i = 0; i < width; i++) {
    if (group > 0 && i % group == 0) {
      const int last = min(i + group, width);
      for (int j = i + lane; j < last; j += 32) {
        const float pivot = u[j * u_stride + j];
        score[j] = norm ? fabsf(w[j]) * norm[j] : w[j] * w[j] / (pivot * pivot);
      }
      __syncwarp();
      for (int j = i + lane; j < last; j += 32) {
        int rank = 0;
        for (int k = i; k < last; k++) rank += k < j ? score[k] <= score[j] : score[k] < score[j];
        marked[j] = rank < pruned ? 1.0f : 0.0f;
      }
      __syncwarp();
    }
    const float now = w[i], kept = marked[i] != 0.0f ? 0.0f : now;
    const float wrong = (now - kept) / u[i * u_stride + i];
    if (wrong != 0.0f) {  // NaN included
      for (int j = i + 1 + lane; j < width; j += 32) w[j] -= wrong * u[i * u_stride + j];
    }
    __syncwarp();
    if (lane == 0) {
      w[i] = kept;
      error[i] = wrong;
    }
  }
  __syncwarp();
  for (int j = lane; j < width; j += 32) {
    weights[row * weights_stride + j] = w[j];
    errors[row * width + j] = error[j];
    mask[row * mask_stride + j] = marked[j] != 0.0f;
  }
}
