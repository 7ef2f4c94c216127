package dev.mokha.knowledge.lifelong;

/// How much each edge of some rows counts, and what it was computed from; room that is used again.
final class LanWeights {
    double[] scores = new double[0]; // s, of slots
    double[] bends = new double[0]; // by how much s falls with `w · x`, of slots
    double[] soft = new double[0]; // the softmax, of the rows' edges
    double[] weights = new double[0]; // softmax and logic, of the rows' edges

    void fit(Asked asked) {
        if (scores.length < asked.slots()) {
            scores = new double[asked.slots()];
            bends = new double[asked.slots()];
        }
        if (soft.length < asked.size()) {
            soft = new double[asked.size()];
            weights = new double[asked.size()];
        }
    }
}
