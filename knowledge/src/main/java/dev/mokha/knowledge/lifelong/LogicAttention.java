package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.graph.Facts;
import java.util.Arrays;
import java.util.BitSet;

/// What an edge's relation alone says about a question's, counted over facts: `P(a ⇒ b) = |E_a ∩ E_b| /
/// |E_a|`, where `E_a` are the entities that have relation `a`, at either end.
///
/// An edge of relation `r` counts in a question for `q`:
///
/// - [Mode#PAPER]: `P(r ⇒ q) / max P(r′ ⇒ r)` over the other relations `r′` of the edges to the same
///   entity: the more, the more `r` implies `q`, and the less, the more something beside it implies `r` (
///   [Wang et al. 2019](https://arxiv.org/abs/1811.01399)). Where nothing does, undivided.
/// - [Mode#CODE]: `P(q ⇒ r)`, as LKGE's program has it.
///
/// An entity's edge to itself counts 1. A relation and its inverse are one here, since subject and object
/// of a fact are seen by the same question.
final class LogicAttention {
    private final NearEdges edges;
    private final double[][] weights; // by half the question's relation and half the edge's
    private final double[] shares; // of edges

    /// @param facts that are counted
    /// @param edges whose weights are asked for; their relations come before the edges' loop
    LogicAttention(Facts facts, NearEdges edges, Mode mode) {
        this.edges = edges;
        int relations = (edges.loop() + 1) / 2;
        int[][] both = counts(facts, relations);
        this.weights = new double[relations][relations];
        for (int q = 0; q < relations; q++) {
            for (int r = 0; r < relations; r++) {
                weights[q][r] = mode == Mode.PAPER ? implied(both, r, q) : implied(both, q, r);
            }
        }
        this.shares = new double[edges.size()];
        Arrays.fill(shares, 1);
        if (mode == Mode.PAPER) {
            for (int e = 0; e < edges.entities(); e++) {
                share(both, e);
            }
        }
    }

    /// How many entities have one relation and another, and on the diagonal how many have one.
    private static int[][] counts(Facts facts, int relations) {
        var has = new BitSet[facts.entities()];
        for (int i = 0; i < facts.size(); i++) {
            for (int entity : new int[] {facts.subject(i), facts.object(i)}) {
                if (has[entity] == null) {
                    has[entity] = new BitSet(relations);
                }
                has[entity].set(facts.relation(i) / 2);
            }
        }
        int[][] both = new int[relations][relations];
        for (BitSet of : has) {
            if (of != null) {
                int[] all = of.stream().toArray();
                for (int a : all) {
                    for (int b : all) {
                        both[a][b]++;
                    }
                }
            }
        }
        return both;
    }

    private static double implied(int[][] both, int by, int implied) {
        return both[by][by] == 0 ? 0 : (double) both[by][implied] / both[by][by];
    }

    private void share(int[][] both, int entity) {
        var near = new BitSet();
        for (int i = edges.start(entity); i < edges.start(entity + 1); i++) {
            if (edges.relation(i) != edges.loop()) {
                near.set(edges.relation(i) / 2);
            }
        }
        for (int i = edges.start(entity); i < edges.start(entity + 1); i++) {
            if (edges.relation(i) != edges.loop()) {
                int own = edges.relation(i) / 2;
                double most = near.stream()
                        .filter(other -> other != own)
                        .mapToDouble(other -> implied(both, other, own))
                        .max()
                        .orElse(0);
                shares[i] = most > 0 ? 1 / most : 1;
            }
        }
    }

    /// {@return how much an edge counts in questions for a relation}
    double of(int question, int edge) {
        int relation = edges.relation(edge);
        return relation == edges.loop() ? 1 : weights[question / 2][relation / 2] * shares[edge];
    }
}
