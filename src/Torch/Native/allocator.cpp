// How the memory of tensors comes from the system.
#include "api.h"
#include <c10/core/CPUAllocator.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>
#include <atomic>
#include <cstring>
#include <utility>

namespace harness {
namespace {

constexpr int MappedAlone = 40 << 20;

void ask_for_huge_pages(char* begin, char* end) {
  static const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  const auto first = reinterpret_cast<uintptr_t>(begin) / page * page;
  // Only a wish: systems without huge pages, and those that give them to everyone, go on as before.
  madvise(reinterpret_cast<void*>(first), reinterpret_cast<uintptr_t>(end) - first, MADV_HUGEPAGE);
}

// The first touch of a page costs an exception, and a virtual machine pays for it several times over: with huge pages there is one where there were 512. Most systems give them to those who ask.
class HugePageAllocator final : public c10::Allocator {
 public:
  HugePageAllocator() : inner_(c10::GetCPUAllocator()), heap_end_(heap_end()) {}

  c10::DataPtr allocate(size_t bytes) const {
    auto data = inner_->allocate(bytes);
    if (bytes >= MappedAlone) {
      ask_for_huge_pages(static_cast<char*>(data.get()), static_cast<char*>(data.get()) + bytes);
    } else if (const auto end = heap_end(), before = heap_end_.exchange(end); before < end) {
      ask_for_huge_pages(before, end);  // malloc has let the heap grow, for this or for something smaller
    }
    return data;
  }
  c10::DataPtr allocate(size_t bytes) { return std::as_const(*this).allocate(bytes); }  // what libtorch asks for since 2.3, above what it asked for before

  c10::DeleterFnPtr raw_deleter() const override { return inner_->raw_deleter(); }
  void copy_data(void* to, const void* from, size_t bytes) const { std::memcpy(to, from, bytes); }  // since 2.2

 private:
  static char* heap_end() { return static_cast<char*>(sbrk(0)); }

  c10::Allocator* inner_;
  mutable std::atomic<char*> heap_end_;
};

}  // namespace
}  // namespace harness

// Activations come and go in megabytes. Left alone, malloc maps and unmaps each of them and the kernel zeroes every page again:
// a third of a forward pass. Keep them in the heap; but not the largest, the logits: small tensors would settle where one of them was, and each next one would
// need a place of its own.
HT_API void ht_tune_allocator() {
  mallopt(M_MMAP_THRESHOLD, harness::MappedAlone);
  mallopt(M_TRIM_THRESHOLD, 512 << 20);
  mallopt(M_TOP_PAD, 64 << 20);
  static harness::HugePageAllocator allocator;
  c10::SetCPUAllocator(&allocator, 1);
}
