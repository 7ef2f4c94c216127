package dev.mokha.knowledge.query;

/// Products of vectors.
final class Products {
    private Products() {}

    static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    /// {@return the cosine of the angle between two vectors; 0 where one has no direction}
    static double cosine(double[] a, double[] b) {
        double lengths = Math.sqrt(dot(a, a)) * Math.sqrt(dot(b, b));
        return lengths == 0 ? 0 : dot(a, b) / lengths;
    }

    /// `a ∘ b` of complex vectors, real parts in the first half and imaginary parts in the second.
    static double[] complex(double[] a, double[] b) {
        int half = a.length / 2;
        double[] product = new double[a.length];
        for (int i = 0; i < half; i++) {
            product[i] = a[i] * b[i] - a[half + i] * b[half + i];
            product[half + i] = a[i] * b[half + i] + a[half + i] * b[i];
        }
        return product;
    }
}
