package dev.mokha.knowledge.query;

import dev.mokha.knowledge.store.GraphStore;
import dev.mokha.knowledge.store.StoreException;
import dev.mokha.knowledge.store.StoredFact;
import dev.mokha.knowledge.store.StoredModel;
import dev.mokha.knowledge.store.Surroundings.Which;
import dev.mokha.knowledge.triples.Fact;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntPredicate;

/// Questions to a graph and to one model of it. Names are written as [NamesInGraph] reads them.
///
/// An entity does not answer a question about itself, unless the graph says so: a translation that has
/// learned little ends near where it began.
///
/// Nothing is made up: whatever has no fact that the model learned is answered with [Reply.Nothing], and
/// does not stand among candidates. An object belongs to one thread at a time, and to one state of the
/// store.
public final class GraphQuery {
    private final GraphStore graph;
    private final NamesInGraph names;
    private final StoredVectors vectors;
    private final Optional<Calibration> calibration;

    private GraphQuery(GraphStore graph, StoredModel model) {
        this.graph = graph;
        this.names = new NamesInGraph(graph);
        this.vectors = new StoredVectors(graph.models(), model);
        this.calibration = Calibrations.read(graph.models(), model);
    }

    /// Questions to a model.
    ///
    /// @throws StoreException when there is none of this name, or it has learned nothing
    public static GraphQuery of(GraphStore graph, String model) {
        StoredModel found = graph.models()
                .find(model)
                .orElseThrow(() -> new StoreException("%s has no model '%s'; mokha kg learn --store %s makes one"
                        .formatted(graph.file(), model, graph.file())));
        return new GraphQuery(graph, found);
    }

    /// {@return the model that answers}
    public StoredModel model() {
        return vectors.model();
    }

    /// {@return how scores become probabilities, where the model was calibrated}
    public Optional<Calibration> calibration() {
        return calibration;
    }

    /// What happens to answers that the graph knows.
    public enum KnownAnswers {
        /// They do not stand among the candidates.
        LEFT_OUT,
        /// They stand where their scores put them, marked.
        MARKED
    }

    /// {@return the best candidates}
    ///
    /// @param top at most so many
    public Reply<Ranked> rank(Question question, int top, KnownAnswers knownAnswers) {
        OptionalInt entity = names.entity(question.entity());
        if (entity.isEmpty()) {
            return names.noEntity(question.entity());
        }
        OptionalInt relation = names.relation(question.relation());
        if (relation.isEmpty()) {
            return names.noRelation(question.relation());
        }
        Optional<Reply<Ranked>> nothing = nothing(entity.getAsInt(), relation.getAsInt());
        return nothing.orElseGet(
                () -> new Reply.Known<>(ranked(question, entity.getAsInt(), relation.getAsInt(), top, knownAnswers)));
    }

    private Ranked ranked(Question question, int entity, int relation, int top, KnownAnswers knownAnswers) {
        boolean tails = question instanceof Question.Tails;
        Set<Integer> known = new HashSet<>();
        if (tails) {
            graph.surroundings().tails(entity, relation, Which.ALL, known::add);
        } else {
            graph.surroundings().heads(relation, entity, Which.ALL, known::add);
        }
        PlainScorer scorer = vectors.plainScorer();
        int by = 2 * relation + (tails ? 0 : 1);
        double[] asked = scorer.ask(
                vectors.entity(entity, by).orElseThrow(), vectors.relation(by).orElseThrow());
        boolean leaveOut = knownAnswers == KnownAnswers.LEFT_OUT;
        IntPredicate counts = number -> known.contains(number) ? !leaveOut : number != entity && learned(number);
        var best = new Best(top, counts);
        int[] among = new int[1];
        vectors.each(by, (number, numbers) -> {
            among[0]++;
            best.add(number, scorer.fit(asked, numbers));
        });
        String here = graph.entityName(entity);
        String name = graph.relationName(relation);
        return new Ranked(
                tails ? new Question.Tails(here, name) : new Question.Heads(name, here),
                best.all().stream()
                        .map(one -> new Candidate(
                                graph.entityName(one.number()),
                                one.score(),
                                probability(one.score()),
                                known.contains(one.number())))
                        .toList(),
                among[0],
                known.size());
    }

    /// {@return what the model thinks of a fact, whether the graph has it or not}
    public Reply<Judgement> score(Fact fact) {
        OptionalInt head = names.entity(fact.head());
        if (head.isEmpty()) {
            return names.noEntity(fact.head());
        }
        OptionalInt relation = names.relation(fact.relation());
        if (relation.isEmpty()) {
            return names.noRelation(fact.relation());
        }
        OptionalInt tail = names.entity(fact.tail());
        if (tail.isEmpty()) {
            return names.noEntity(fact.tail());
        }
        int h = head.getAsInt();
        int r = relation.getAsInt();
        int t = tail.getAsInt();
        Optional<Reply<Judgement>> nothing = nothing(h, r);
        if (nothing.isEmpty()) {
            nothing = nothing(t, r);
        }
        return nothing.orElseGet(() -> {
            double score = new BothWays(vectors).score(h, r, t).orElseThrow();
            return new Reply.Known<>(new Judgement(
                    new Fact(graph.entityName(h), graph.relationName(r), graph.entityName(t)),
                    score,
                    probability(score),
                    graph.surroundings().holds(h, r, t)));
        });
    }

    /// {@return facts that hold about an entity, at most so many}
    public Reply<List<StoredFact>> neighbours(String entity, int most) {
        OptionalInt number = names.entity(entity);
        if (number.isEmpty()) {
            return names.noEntity(entity);
        }
        List<StoredFact> facts = graph.neighbours(number.getAsInt(), most);
        return facts.isEmpty()
                ? new Reply.Nothing<>(Reply.Kind.ENTITY, graph.entityName(number.getAsInt()), "no fact holds")
                : new Reply.Known<>(facts);
    }

    /// {@return the entities whose vectors point most nearly where this one's points, the nearest first}
    ///
    /// Where vectors depend on a question, those count of which they are made.
    public Reply<List<Near>> nearest(String entity, int top) {
        OptionalInt number = names.entity(entity);
        if (number.isEmpty()) {
            return names.noEntity(entity);
        }
        int here = number.getAsInt();
        Optional<Reply<List<Near>>> nothing = nothing(here);
        return nothing.orElseGet(() -> {
            double[] own = vectors.entity(here).orElseThrow();
            var best = new Best(top, other -> other != here && learned(other));
            vectors.each((other, numbers) -> best.add(other, Products.cosine(own, numbers)));
            return new Reply.Known<>(best.all().stream()
                    .map(one -> new Near(graph.entityName(one.number()), one.score()))
                    .toList());
        });
    }

    private OptionalDouble probability(double score) {
        return calibration.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(calibration.get().probability(score));
    }

    private boolean learned(int entity) {
        return !graph.surroundings().learned(entity, model().learned(), 1).isEmpty();
    }

    private <T> Optional<Reply<T>> nothing(int entity, int relation) {
        Optional<Reply<T>> ofEntity = nothing(entity);
        if (ofEntity.isPresent()) {
            return ofEntity;
        }
        boolean used = vectors.relation(2 * relation).isPresent()
                && graph.surroundings().used(relation, model().learned());
        return used
                ? Optional.empty()
                : Optional.of(new Reply.Nothing<>(
                        Reply.Kind.RELATION, graph.relationName(relation), "no fact of it was learned"));
    }

    private <T> Optional<Reply<T>> nothing(int entity) {
        String why = graph.degree(entity) == 0
                ? "no fact holds"
                : vectors.entity(entity).isEmpty() || !learned(entity) ? "no fact about it was learned" : "";
        return why.isEmpty()
                ? Optional.empty()
                : Optional.of(new Reply.Nothing<>(Reply.Kind.ENTITY, graph.entityName(entity), why));
    }
}
