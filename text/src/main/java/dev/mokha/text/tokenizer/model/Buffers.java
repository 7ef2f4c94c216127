package dev.mokha.text.tokenizer.model;

import java.util.Arrays;

/// Working room of one thread inside a model: grows, is reused, holds nothing of value.
public final class Buffers {
    int[] symbols = new int[128];
    int[] ends = new int[128];
    int[] ranks = new int[128];
    int[] prev = new int[0];
    int[] next = new int[0];
    long[] heap = new long[0];
    double[] scores = new double[128];
    byte[] bytes = new byte[384];
    int[] byteEnds = new int[384];

    void ensureSymbols(int n) {
        if (symbols.length < n) {
            int size = Math.max(n, symbols.length * 2);
            symbols = Arrays.copyOf(symbols, size);
            ends = Arrays.copyOf(ends, size);
            ranks = Arrays.copyOf(ranks, size);
        }
    }

    void ensureLinks(int n) {
        if (prev.length < n) {
            prev = new int[Math.max(n, prev.length * 2)];
            next = new int[prev.length];
        }
    }

    void ensureHeap(int n) {
        if (heap.length < n) {
            heap = Arrays.copyOf(heap, Math.max(n, heap.length * 2));
        }
    }

    void ensureBytes(int n) {
        if (bytes.length < n) {
            bytes = Arrays.copyOf(bytes, Math.max(n, bytes.length * 2));
            byteEnds = Arrays.copyOf(byteEnds, bytes.length);
        }
    }

    void ensureScores(int n) {
        if (scores.length < n) {
            scores = new double[Math.max(n, scores.length * 2)];
        }
    }
}
