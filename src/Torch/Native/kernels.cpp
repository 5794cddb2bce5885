// Fused kernels, registered as operators of the namespace `harness`.
#include <torch/library.h>

TORCH_LIBRARY(harness, m) {}
