// OpenBLAS: BLAS through its C interface, LAPACK through the Fortran entry points that OpenBLAS
// exports itself, so that no second BLAS is loaded.
#include <cblas.h>

// Cholesky factor of a symmetric positive definite matrix.
void spotrf_(const char *uplo, const int *n, float *a, const int *lda, int *info);
// Inverse from a Cholesky factor.
void spotri_(const char *uplo, const int *n, float *a, const int *lda, int *info);
// Inverse of a triangular matrix.
void strtri_(const char *uplo, const char *diag, const int *n, float *a, const int *lda, int *info);
// U·Uᵀ or Lᵀ·L of a triangular matrix, in place.
void slauum_(const char *uplo, const int *n, float *a, const int *lda, int *info);
