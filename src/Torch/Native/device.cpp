// What there is to know and to say of a GPU beyond operators: its memory, and streams of work. Everything goes through what libtorch has for any kind of device, so that no CUDA header is
// needed to build.
#include "api.h"
#include <ATen/ATen.h>
#include <c10/core/Event.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <torch/csrc/api/include/torch/version.h>
#include <map>
#include <memory>
#include <mutex>

#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 10)
#include <c10/core/CachingDeviceAllocator.h>
#define HT_HAS_DEVICE_MEMORY 1
#endif

namespace {

c10::Device device(int32_t type, int32_t index) { return c10::Device(static_cast<c10::DeviceType>(type), static_cast<c10::DeviceIndex>(index < 0 ? 0 : index)); }

}  // namespace

// A stretch of work of this thread on a stream of its own, beside what the device's other streams do.
struct SideWork {
  c10::Stream before;
  c10::Device device;
};

// Bytes that are free on a device, that it has, and that tensors have come to at most since the last reset. All are 0 where this libtorch does not tell.
HT_API int32_t ht_device_memory(int32_t type, int32_t index, int64_t* free, int64_t* total, int64_t* peak) {
  return guarded([&] {
    *free = *total = *peak = 0;
#ifdef HT_HAS_DEVICE_MEMORY
    const auto which = device(type, index);
    at::globalContext().lazyInitDevice(which.type());
    auto allocator = c10::getDeviceAllocator(which.type());
    const auto info = allocator->getMemoryInfo(which.index());
    const auto stats = allocator->getDeviceStats(which.index());
    // what the allocator has reserved and nobody uses is as free as what it has not
    *free = static_cast<int64_t>(info.first) + stats.reserved_bytes[0].current - stats.allocated_bytes[0].current;
    *total = static_cast<int64_t>(info.second);
    *peak = stats.allocated_bytes[0].peak;
#endif
  });
}

HT_API int32_t ht_reset_device_peak(int32_t type, int32_t index) {
  return guarded([&] {
#ifdef HT_HAS_DEVICE_MEMORY
    const auto which = device(type, index);
    at::globalContext().lazyInitDevice(which.type());
    c10::getDeviceAllocator(which.type())->resetPeakStats(which.index());
#endif
  });
}

// Returns when the device has done all that it was asked to.
HT_API int32_t ht_wait_for_device(int32_t type, int32_t index) {
  return guarded([&] {
    const auto which = device(type, index);
    const c10::impl::VirtualGuardImpl guard(which.type());
    guard.getDefaultStream(which).synchronize();
  });
}

// Marks what the default stream has been asked to do so far.
HT_API int32_t ht_mark(int32_t type, int32_t index, void** mark) {
  return guarded([&] {
    const auto which = device(type, index);
    const c10::impl::VirtualGuardImpl guard(which.type());
    auto made = std::make_unique<c10::Event>(which.type());
    made->record(guard.getDefaultStream(which));
    *mark = made.release();
  });
}

// From now on this thread's work goes to a stream of its own, which begins behind the mark; the mark is gone.
HT_API int32_t ht_begin_side_work(int32_t type, int32_t index, void* mark, void** work) {
  return guarded([&] {
    const std::unique_ptr<c10::Event> begin(static_cast<c10::Event*>(mark));
    const auto which = device(type, index);
    const c10::impl::VirtualGuardImpl guard(which.type());
    // One for all times: memory is reused within a stream alone.
    static std::mutex mutex;
    static std::map<c10::DeviceIndex, c10::Stream> streams;
    const std::lock_guard<std::mutex> lock(mutex);
    const auto stream = streams.try_emplace(which.index(), guard.getStreamFromGlobalPool(which)).first->second;
    begin->block(stream);
    *work = new SideWork{guard.exchangeStream(stream), which};
  });
}

// Returns when the side work is done; this thread's work goes where it went before.
HT_API int32_t ht_end_side_work(void* work) {
  return guarded([&] {
    const std::unique_ptr<SideWork> begun(static_cast<SideWork*>(work));
    const c10::impl::VirtualGuardImpl guard(begun->device.type());
    guard.exchangeStream(begun->before).synchronize();
  });
}
