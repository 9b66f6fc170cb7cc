/* Floating point, of the SSE and of the x87: six digits, which no choice of
 * instructions by the C library changes. */
#include <math.h>
#include <stdio.h>

int main(void)
{
    double sum = 0;
    for (int i = 1; i <= 1000; i++) {
        sum += sin(i) * sqrt(i) / log(i + 1.0);
    }
    printf("%.6f %.6f %.6f\n", sum, exp(1.0), pow(2.0, 0.5));
    long double product = 1.0L;
    for (int i = 1; i <= 25; i++) {
        product *= i;
    }
    printf("25! = %.0Lf\n", product);
    volatile double zero = 0.0;
    printf("%f %f %d\n", 1.0 / zero, -1.0 / zero, isnan(zero / zero));
    printf("%d %a %e\n", (int)2.9, 0.1, 6.02214076e23);
    return 0;
}
