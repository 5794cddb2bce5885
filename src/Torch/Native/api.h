// What every part of the C ABI is made with. Each function that can fail returns 0 on success and 1 on failure, with the reason in ht_last_error() of the same thread.
#pragma once
#include <c10/util/Exception.h>
#include <cstdint>
#include <string>

#define HT_API extern "C" __attribute__((visibility("default")))

inline thread_local std::string last_error;

template <class F>
int32_t guarded(F&& body) {
  try {
    body();
    return 0;
  } catch (const c10::Error& e) {
    last_error = e.what_without_backtrace();
  } catch (const std::exception& e) {
    last_error = e.what();
  } catch (...) {
    last_error = "an exception of unknown type";
  }
  return 1;
}
