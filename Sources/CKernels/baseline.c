// The kernels for any CPU (SSE2 on x86-64, NEON on arm64).
#define CK_TABLE ck_baseline_kernels
#define CK_LANES 4
#include "bodies/all.h"
