package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.graph.Facts;
import dev.mokha.knowledge.graph.Neighbours;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// IncDE's order of a snapshot's new facts ([Liu et al. 2024](https://arxiv.org/abs/2405.04453)):
/// outwards from what is known, and within a layer the most important first.
///
/// The first layer has the facts with an entity that was known, the next those of the rest with an entity
/// of the layer before, and so on; what cannot be reached from the old graph comes last, as it was given.
/// A fact's importance is `max(c(s), c(o)) + b(s, o)`: the degree centrality `c`, an entity's degree over
/// the number of others, and the [Betweenness] `b` of its edge, both in the graph of the new facts.
/// Equally important facts keep the order in which they were given.
public final class Layers {
    /// The layer of entities that were known.
    public static final int KNOWN = -1;

    /// The layer of entities without a new fact.
    public static final int UNSEEN = Integer.MAX_VALUE;

    private final int[] order;
    private final List<Integer> starts;
    private final int[] layers; // of entities

    private Layers(int[] order, List<Integer> starts, int[] layers) {
        this.order = order;
        this.starts = List.copyOf(starts);
        this.layers = layers;
    }

    /// Orders facts among entities of which the first were known before.
    ///
    /// @param facts the new facts
    /// @param known how many entities were known
    /// @param graph of the new facts
    /// @param betweenness in it
    public static Layers of(Facts facts, int known, Neighbours graph, Betweenness betweenness) {
        double[] importance = new double[facts.size()];
        for (int i = 0; i < importance.length; i++) {
            int s = facts.subject(i);
            int o = facts.object(i);
            importance[i] = Math.max(graph.centrality(s), graph.centrality(o)) + betweenness.between(s, o);
        }
        return of(facts, known, graph.entities(), importance);
    }

    /// Cuts facts into layers in each of which they stand as they were given, which takes no betweenness.
    ///
    /// @param facts the new facts
    /// @param known how many entities were known
    /// @param entities how many there are by now
    public static Layers plain(Facts facts, int known, int entities) {
        return of(facts, known, entities, new double[facts.size()]);
    }

    private static Layers of(Facts facts, int known, int entities, double[] importance) {
        int[] layers = new int[entities];
        Arrays.fill(layers, 0, known, KNOWN);
        Arrays.fill(layers, known, entities, UNSEEN);
        List<Integer> order = new ArrayList<>(facts.size());
        List<Integer> starts = new ArrayList<>();
        List<Integer> rest = new ArrayList<>();
        for (int i = 0; i < facts.size(); i++) {
            rest.add(i);
        }
        while (!rest.isEmpty()) {
            List<Integer> layer = new ArrayList<>();
            List<Integer> beyond = new ArrayList<>();
            for (int i : rest) {
                (layers[facts.subject(i)] < UNSEEN || layers[facts.object(i)] < UNSEEN ? layer : beyond).add(i);
            }
            if (layer.isEmpty()) { // an island
                layer = rest;
                beyond = List.of();
            } else {
                layer.sort((a, b) -> Double.compare(importance[b], importance[a]));
            }
            for (int i : layer) {
                layers[facts.subject(i)] = Math.min(layers[facts.subject(i)], starts.size());
                layers[facts.object(i)] = Math.min(layers[facts.object(i)], starts.size());
            }
            starts.add(order.size());
            order.addAll(layer);
            rest = beyond;
        }
        return new Layers(order.stream().mapToInt(i -> i).toArray(), starts, layers);
    }

    /// {@return the facts' numbers in their order}
    public int[] order() {
        return order.clone();
    }

    /// {@return how many layers there are, that of what cannot be reached counted}
    public int count() {
        return starts.size();
    }

    /// {@return where a layer begins in the order; that of the next begins where it ends}
    public int start(int layer) {
        return layer == starts.size() ? order.length : starts.get(layer);
    }

    /// {@return the first layer, from 0, in which an entity stands; [#KNOWN] or [#UNSEEN] if in none}
    public int of(int entity) {
        return layers[entity];
    }
}
