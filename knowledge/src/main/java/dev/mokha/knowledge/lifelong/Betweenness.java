package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.graph.Neighbours;
import java.util.Arrays;
import java.util.SplittableRandom;

/// On how many shortest paths an entity or an edge lies, by the algorithm of [Brandes
/// 2001](https://doi.org/10.1080/0022250X.2001.9990249), both in one pass:
///
/// `b(x) = Σ over pairs (s, t) of σ(s, t | x) / σ(s, t)`, where σ counts shortest paths, and those
/// through `x`; for an entity `x` is neither end. Divided by the number of ordered pairs: `(n − 1)(n −
/// 2)` for an entity, `n (n − 1)` for an edge, among `n` entities that stand in a fact. These are
/// NetworkX's normalised figures.
///
/// It takes time in proportion to entities times edges. With [#sampled] only some entities are sources,
/// and the sum is scaled up. Sums have one order whatever the number of threads.
public final class Betweenness {
    private static final int PARTS = 16; // sums of their own, added up in their order

    private final Neighbours graph;
    private final double[] ofEntities;
    private final double[] ofPlaces;

    private Betweenness(Neighbours graph, int[] sources, Crew crew) {
        this.graph = graph;
        this.ofEntities = new double[graph.entities()];
        this.ofPlaces = new double[graph.places()];
        var paths = new Paths[PARTS];
        crew.deal(PARTS, (part, _) -> {
            paths[part] = new Paths(graph);
            int from = (int) ((long) sources.length * part / PARTS);
            int to = (int) ((long) sources.length * (part + 1) / PARTS);
            for (int i = from; i < to; i++) {
                paths[part].from(sources[i]);
            }
        });
        for (Paths part : paths) {
            add(ofEntities, part.ofEntities);
            add(ofPlaces, part.ofPlaces);
        }
        double n = graph.size();
        double scale = n / Math.max(1, sources.length);
        times(ofEntities, scale / Math.max(1, (n - 1) * (n - 2)));
        times(ofPlaces, scale / Math.max(1, n * (n - 1)));
    }

    /// Exact figures.
    public static Betweenness of(Neighbours graph, Crew crew) {
        return new Betweenness(graph, present(graph), crew);
    }

    /// Estimates from some sources, drawn without repetition ([Brandes and Pich
    /// 2007](https://doi.org/10.1142/S0218127407018403)); exact where there are no more entities than
    /// that.
    ///
    /// @param sources how many, at least 1
    public static Betweenness sampled(Neighbours graph, int sources, SplittableRandom random, Crew crew) {
        if (sources < 1) {
            throw new IllegalArgumentException("betweenness needs a source at least, not " + sources);
        }
        int[] all = present(graph);
        if (all.length <= sources) {
            return new Betweenness(graph, all, crew);
        }
        for (int i = 0; i < sources; i++) {
            int j = i + random.nextInt(all.length - i);
            int other = all[j];
            all[j] = all[i];
            all[i] = other;
        }
        return new Betweenness(graph, Arrays.copyOf(all, sources), crew);
    }

    private static int[] present(Neighbours graph) {
        int[] entities = new int[graph.size()];
        int count = 0;
        for (int e = 0; e < graph.entities(); e++) {
            if (graph.contains(e)) {
                entities[count++] = e;
            }
        }
        return entities;
    }

    private static void add(double[] sums, double[] more) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += more[i];
        }
    }

    private static void times(double[] numbers, double factor) {
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] *= factor;
        }
    }

    /// {@return an entity's figure, 0 to 1; 0 for one without facts}
    public double of(int entity) {
        return ofEntities[entity];
    }

    /// {@return the figure of the edge between two entities, 0 to 1; 0 where there is none, and for a
    /// loop}
    public double between(int one, int other) {
        int there = graph.place(one, other);
        return there < 0 ? 0 : ofPlaces[there] + ofPlaces[graph.place(other, one)];
    }

    /// Shortest paths from one entity after another, and what they add up to.
    private static final class Paths {
        private final Neighbours graph;
        private final double[] ofEntities;
        private final double[] ofPlaces;
        private final int[] distance;
        private final double[] count; // σ: of shortest paths from the source
        private final double[] through; // Brandes's δ
        private final int[] reached; // nearest first

        Paths(Neighbours graph) {
            this.graph = graph;
            this.ofEntities = new double[graph.entities()];
            this.ofPlaces = new double[graph.places()];
            this.distance = new int[graph.entities()];
            this.count = new double[graph.entities()];
            this.through = new double[graph.entities()];
            this.reached = new int[graph.entities()];
            Arrays.fill(distance, -1);
        }

        void from(int source) {
            int end = walk(source);
            for (int i = end - 1; i > 0; i--) {
                int far = reached[i];
                double share = (1 + through[far]) / count[far];
                for (int place = graph.start(far); place < graph.start(far + 1); place++) {
                    int near = graph.at(place);
                    if (distance[near] == distance[far] - 1) {
                        double part = count[near] * share;
                        ofPlaces[place] += part;
                        through[near] += part;
                    }
                }
                ofEntities[far] += through[far];
            }
            for (int i = 0; i < end; i++) {
                distance[reached[i]] = -1;
                count[reached[i]] = 0;
                through[reached[i]] = 0;
            }
        }

        private int walk(int source) {
            reached[0] = source;
            distance[source] = 0;
            count[source] = 1;
            int end = 1;
            for (int i = 0; i < end; i++) {
                int near = reached[i];
                for (int place = graph.start(near); place < graph.start(near + 1); place++) {
                    int far = graph.at(place);
                    if (distance[far] < 0) {
                        distance[far] = distance[near] + 1;
                        reached[end++] = far;
                    }
                    if (distance[far] == distance[near] + 1) {
                        count[far] += count[near];
                    }
                }
            }
            return end;
        }
    }
}
