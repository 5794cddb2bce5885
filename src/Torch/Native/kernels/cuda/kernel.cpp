#include "kernel.h"
#include <c10/core/impl/VirtualGuardImpl.h>
#include <dlfcn.h>
#include <vector>

namespace harness::cuda {
namespace {

// The two libraries' functions that are used, with their published signatures; handles are opaque pointers.
struct Libraries {
  void* library;
  int (*cuDeviceGetAttribute)(int* value, int attribute, int device);
  int (*cuDevicePrimaryCtxRetain)(void** context, int device);
  int (*cuCtxPushCurrent)(void* context);
  int (*cuCtxPopCurrent)(void** context);
  int (*cuModuleLoadData)(void** module, const void* image);
  int (*cuModuleGetFunction)(void** function, void* module, const char* name);
  int (*cuLaunchKernel)(void* function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz, unsigned shared, void* stream, void** arguments, void** extra);
  int (*cuGetErrorString)(int error, const char** text);
  int (*nvrtcCreateProgram)(void** program, const char* source, const char* name, int headers, const char* const* texts, const char* const* names);
  int (*nvrtcCompileProgram)(void* program, int options, const char* const* values);
  int (*nvrtcGetCUBINSize)(void* program, size_t* size);
  int (*nvrtcGetCUBIN)(void* program, char* image);
  int (*nvrtcGetProgramLogSize)(void* program, size_t* size);
  int (*nvrtcGetProgramLog)(void* program, char* log);
  int (*nvrtcDestroyProgram)(void** program);
  const char* (*nvrtcGetErrorString)(int error);

  // libtorch's own way to both: this library depends on them.
  Libraries() : library(dlopen("libcaffe2_nvrtc.so", RTLD_NOW)) {
    TORCH_CHECK(library != nullptr, "NVRTC cannot be loaded: ", dlerror());
    find(cuDeviceGetAttribute, "cuDeviceGetAttribute");
    find(cuDevicePrimaryCtxRetain, "cuDevicePrimaryCtxRetain");
    find(cuCtxPushCurrent, "cuCtxPushCurrent_v2");
    find(cuCtxPopCurrent, "cuCtxPopCurrent_v2");
    find(cuModuleLoadData, "cuModuleLoadData");
    find(cuModuleGetFunction, "cuModuleGetFunction");
    find(cuLaunchKernel, "cuLaunchKernel");
    find(cuGetErrorString, "cuGetErrorString");
    find(nvrtcCreateProgram, "nvrtcCreateProgram");
    find(nvrtcCompileProgram, "nvrtcCompileProgram");
    find(nvrtcGetCUBINSize, "nvrtcGetCUBINSize");
    find(nvrtcGetCUBIN, "nvrtcGetCUBIN");
    find(nvrtcGetProgramLogSize, "nvrtcGetProgramLogSize");
    find(nvrtcGetProgramLog, "nvrtcGetProgramLog");
    find(nvrtcDestroyProgram, "nvrtcDestroyProgram");
    find(nvrtcGetErrorString, "nvrtcGetErrorString");
  }

  template <class F>
  void find(F& function, const char* name) {
    function = reinterpret_cast<F>(dlsym(library, name));
    TORCH_CHECK(function != nullptr, name, " is in none of the libraries that libcaffe2_nvrtc.so depends on");
  }

  void check(int error, const char* what) const {
    const char* text = nullptr;
    if (error != 0) cuGetErrorString(error, &text);
    TORCH_CHECK(error == 0, what, ": ", text ? text : "error ", text ? std::string() : std::to_string(error));
  }
};

const Libraries& libraries() {
  static const Libraries loaded;
  return loaded;
}

// CUDA's context of a device, current for as long as this lives: the one that libtorch computes in.
class Current {
 public:
  explicit Current(int device) {
    static std::mutex mutex;
    static std::map<int, void*> contexts;
    std::lock_guard<std::mutex> guard(mutex);
    auto& context = contexts[device];
    if (context == nullptr) libraries().check(libraries().cuDevicePrimaryCtxRetain(&context, device), "cuDevicePrimaryCtxRetain");
    libraries().check(libraries().cuCtxPushCurrent(context), "cuCtxPushCurrent");
  }

  ~Current() {
    void* context;
    libraries().cuCtxPopCurrent(&context);
  }
};

std::vector<char> compiled(const char* name, const char* source, int device) {
  const auto& l = libraries();
  int major = 0, minor = 0;
  l.check(l.cuDeviceGetAttribute(&major, 75, device), "cuDeviceGetAttribute");  // CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR
  l.check(l.cuDeviceGetAttribute(&minor, 76, device), "cuDeviceGetAttribute");
  const auto architecture = "--gpu-architecture=sm_" + std::to_string(major) + std::to_string(minor);
  // The reference rounds each product before it adds or subtracts.
  const char* options[] = {architecture.c_str(), "--fmad=false", "--std=c++17"};
  void* program = nullptr;
  auto error = l.nvrtcCreateProgram(&program, source, name, 0, nullptr, nullptr);
  TORCH_CHECK(error == 0, "nvrtcCreateProgram: ", l.nvrtcGetErrorString(error));
  error = l.nvrtcCompileProgram(program, 3, options);
  size_t size = 0;
  if (error != 0) {
    l.nvrtcGetProgramLogSize(program, &size);
    std::string log(size, '\0');
    l.nvrtcGetProgramLog(program, log.data());
    l.nvrtcDestroyProgram(&program);
    TORCH_CHECK(false, name, " does not compile for ", architecture, ": ", l.nvrtcGetErrorString(error), "\n", log);
  }
  l.nvrtcGetCUBINSize(program, &size);
  std::vector<char> image(size);
  l.nvrtcGetCUBIN(program, image.data());
  l.nvrtcDestroyProgram(&program);
  return image;
}

}  // namespace

void* Kernel::function_on(int device) {
  std::lock_guard<std::mutex> guard(mutex_);
  auto& function = functions_[device];
  if (function == nullptr) {
    const auto image = compiled(name_, source_, device);
    void* module = nullptr;  // stays as long as the process
    libraries().check(libraries().cuModuleLoadData(&module, image.data()), "cuModuleLoadData");
    libraries().check(libraries().cuModuleGetFunction(&function, module, name_), "cuModuleGetFunction");
  }
  return function;
}

void Kernel::launch_with(const at::Device& device, const Grid& grid, void** arguments) {
  if (grid.blocks_x == 0 || grid.blocks_y == 0) return;
  const c10::impl::VirtualGuardImpl guard(at::kCUDA);
  TORCH_CHECK(guard.getStream(device) == guard.getDefaultStream(device), name_, " runs on the default stream alone");
  const Current current(device.index());
  libraries().check(
      libraries().cuLaunchKernel(
          function_on(device.index()), static_cast<unsigned>(grid.blocks_x), static_cast<unsigned>(grid.blocks_y), 1, static_cast<unsigned>(grid.threads), 1, 1,
          static_cast<unsigned>(grid.shared_bytes), nullptr, arguments, nullptr),
      name_);
}

}  // namespace harness::cuda
