// Kernels for NVIDIA GPUs, without a CUDA toolkit: their source lies in this library, and the NVRTC that a CUDA libtorch brings along compiles it for the GPU at hand
// when it is first needed there.
#pragma once
#include <ATen/ATen.h>
#include <map>
#include <mutex>
#include <string>

namespace harness::cuda {

struct Grid {
  int64_t blocks_x, blocks_y, threads;
  int64_t shared_bytes = 0;
};

class Kernel {
 public:
  // source: CUDA C++ with an extern "C" __global__ function of that name; it includes no header.
  Kernel(const char* name, const char* source) : name_(name), source_(source) {}

  // Queues it behind what libtorch has queued on the device's default stream. Arguments as the function declares them: pointers, long long, int, float.
  template <class... Arguments>
  void launch(const at::Device& device, const Grid& grid, Arguments... arguments) {
    void* pointers[] = {&arguments...};
    launch_with(device, grid, pointers);
  }

 private:
  void launch_with(const at::Device& device, const Grid& grid, void** arguments);
  void* function_on(int device);

  const char* name_;
  const char* source_;
  std::mutex mutex_;
  std::map<int, void*> functions_;  // by device
};

// What a kernel calls the type of its input's elements.
inline int element_code(const at::Tensor& x) {
  switch (x.scalar_type()) {
    case at::kFloat:
      return 0;
    case at::kHalf:
      return 1;
    case at::kBFloat16:
      return 2;
    default:
      TORCH_CHECK(false, "float32, float16 or bfloat16 was expected, not ", x.scalar_type());
  }
}

}  // namespace harness::cuda
