package dev.mokha.cli;

import dev.mokha.cli.facts.Sizes;
import dev.mokha.knowledge.query.Calibration;
import dev.mokha.knowledge.query.Candidate;
import dev.mokha.knowledge.query.GraphQuery;
import dev.mokha.knowledge.query.GraphQuery.KnownAnswers;
import dev.mokha.knowledge.query.Judgement;
import dev.mokha.knowledge.query.Near;
import dev.mokha.knowledge.query.Question;
import dev.mokha.knowledge.query.Ranked;
import dev.mokha.knowledge.query.Reply;
import dev.mokha.knowledge.store.GraphStore;
import dev.mokha.knowledge.triples.Fact;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `mokha kg query`: what a model thinks of facts that a graph may lack.
@Command(
        name = "query",
        description = {
            "Answers from what a model learned. With ? in place of head or tail: the best candidates, best first.",
            "With a whole fact: how probable it is. With one entity alone: the entities nearest to it."
        },
        footer = {
            "  mokha kg query Cairo 'capital of' '?' --store graph.db --top 5",
            "  mokha kg query Cairo 'capital of' Egypt --store graph.db"
        })
final class KgQueryCommand implements Callable<Integer> {
    private static final String ASKED = "?";

    @Parameters(
            paramLabel = "NAME",
            arity = "1..3",
            description = "HEAD RELATION TAIL with ? for the side that is asked, or one ENTITY.")
    private List<String> names;

    @Mixin
    private StoreOption store;

    @Mixin
    private ModelOption model;

    @Option(names = "--top", paramLabel = "COUNT", defaultValue = "10", description = "At most so many answers.")
    private int top;

    @Option(
            names = "--known",
            description = "Shows answers that the graph has too, marked, instead of leaving them out.")
    private boolean known;

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        check();
        try (var graph = GraphStore.open(store.file())) {
            var query = GraphQuery.of(graph, model.in(graph).name());
            if (names.size() == 1) {
                return reply(query.nearest(names.getFirst(), top), this::near);
            }
            boolean head = names.get(0).equals(ASKED);
            boolean tail = names.get(2).equals(ASKED);
            if (!head && !tail) {
                var fact = new Fact(names.get(0), names.get(1), names.get(2));
                return reply(query.score(fact), judged -> judged(judged, query.calibration()));
            }
            Question question = tail
                    ? new Question.Tails(names.get(0), names.get(1))
                    : new Question.Heads(names.get(1), names.get(2));
            return reply(
                    query.rank(question, top, known ? KnownAnswers.MARKED : KnownAnswers.LEFT_OUT),
                    ranked -> ranked(ranked, query.calibration()));
        }
    }

    private void check() {
        if (names.size() == 2) {
            throw new ParameterException(
                    spec.commandLine(), "two names are no question; give HEAD RELATION TAIL, one of the sides as ?");
        }
        boolean one = names.size() == 1;
        if (one ? names.getFirst().equals(ASKED) : names.get(1).equals(ASKED)) {
            throw new ParameterException(spec.commandLine(), "? stands for a head or a tail, once");
        }
        if (!one && names.get(0).equals(ASKED) && names.get(2).equals(ASKED)) {
            throw new ParameterException(spec.commandLine(), "? stands for a head or a tail, once");
        }
        if (top < 1) {
            throw new ParameterException(spec.commandLine(), "--top is 1 or more, not " + top);
        }
    }

    private interface Printer<T> {
        void print(T answer);
    }

    private <T> int reply(Reply<T> reply, Printer<T> printer) {
        var out = spec.commandLine().getOut();
        switch (reply) {
            case Reply.Known<T>(T answer) -> printer.print(answer);
            case Reply.Nothing<T>(Reply.Kind kind, String name, String why) -> {
                if (json) {
                    out.println(JsonNodeFactory.instance
                            .objectNode()
                            .put(kind.label(), name)
                            .put("nothing_known", why)
                            .toPrettyString());
                } else {
                    out.println(store.file() + " knows nothing about " + name + ": " + why);
                }
            }
            case Reply.Unknown<T>(Reply.Kind kind, String name, List<String> near) -> {
                var err = spec.commandLine().getErr();
                err.println("error: " + store.file() + " has no " + kind.label() + " '" + name + "'");
                if (!near.isEmpty()) {
                    err.println("did you mean: " + String.join(" or ", near) + "?");
                }
                return ExitCode.SOFTWARE;
            }
        }
        out.flush();
        return ExitCode.OK;
    }

    private void near(List<Near> nearest) {
        var out = spec.commandLine().getOut();
        if (json) {
            var all = JsonNodeFactory.instance.objectNode();
            var list = all.putArray("nearest");
            nearest.forEach(one -> list.addObject().put("name", one.name()).put("cosine", one.cosine()));
            out.println(all.toPrettyString());
            return;
        }
        nearest.forEach(one -> out.println(one.name() + "\t" + KgReport.number(one.cosine())));
    }

    private void judged(Judgement judged, Optional<Calibration> calibration) {
        var out = spec.commandLine().getOut();
        Fact fact = judged.fact();
        if (json) {
            ObjectNode answer = JsonNodeFactory.instance
                    .objectNode()
                    .put("head", fact.head())
                    .put("relation", fact.relation())
                    .put("tail", fact.tail())
                    .put("score", judged.score());
            judged.probability().ifPresent(p -> answer.put("probability", p));
            answer.put("known", judged.holds());
            out.println(answer.toPrettyString());
            return;
        }
        out.println(fact.head() + "\t" + fact.relation() + "\t" + fact.tail() + "\t"
                + probability(judged.probability(), judged.score())
                + (judged.holds() ? "\tknown" : ""));
        out.println(note(calibration));
    }

    private void ranked(Ranked ranked, Optional<Calibration> calibration) {
        var out = spec.commandLine().getOut();
        if (json) {
            var answer = JsonNodeFactory.instance
                    .objectNode()
                    .put("entity", ranked.question().entity())
                    .put("relation", ranked.question().relation())
                    .put("asked", ranked.question() instanceof Question.Tails ? "tail" : "head")
                    .put("among", ranked.among())
                    .put("known_answers", ranked.known());
            var list = answer.putArray("best");
            for (Candidate one : ranked.best()) {
                ObjectNode candidate = list.addObject().put("name", one.name()).put("score", one.score());
                one.probability().ifPresent(p -> candidate.put("probability", p));
                candidate.put("known", one.known());
            }
            out.println(answer.toPrettyString());
            return;
        }
        for (int i = 0; i < ranked.best().size(); i++) {
            Candidate one = ranked.best().get(i);
            out.println((i + 1) + "\t" + one.name() + "\t" + probability(one.probability(), one.score())
                    + (one.known() ? "\tknown" : ""));
        }
        String left =
                known ? "" : "; " + Sizes.plural(ranked.known(), "known answer") + " left out, --known shows them";
        out.println("# of " + Sizes.count(ranked.among()) + " entities" + left);
        out.println(note(calibration));
    }

    private static String probability(OptionalDouble probability, double score) {
        return probability.isPresent()
                ? String.format(Locale.ROOT, "%.3f", probability.getAsDouble())
                : String.format(Locale.ROOT, "score %.3f", score);
    }

    private static String note(Optional<Calibration> calibration) {
        return calibration
                .map(one -> String.format(
                        Locale.ROOT,
                        "# probability: of being true, were true and drawn facts equally many; off by %.3f on average",
                        one.error()))
                .orElse("# scores only: with 20 validation facts or more, learning makes probabilities of them");
    }
}
