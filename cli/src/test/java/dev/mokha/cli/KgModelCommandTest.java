package dev.mokha.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The verbs about models of a graph, on a ring of places in which `next` and `after next` lead on.
final class KgModelCommandTest {
    private static final int PLACES = 80;
    private static final int MALFORMED = 1_000_000;

    @TempDir
    private Path folder;

    private Path store;

    @BeforeEach
    void place() throws IOException {
        store = folder.resolve("graph.db");
        Path first = write("first.tsv", ring(0, PLACES / 2));
        Path second = write("second.tsv", ring(PLACES / 2, PLACES));
        assertThat(kg("import", first, "--split-column", "split").code()).isZero();
        assertThat(kg("import", second, "--split-column", "split").code()).isZero();
    }

    /// Each third fact of `after next` is tested, each third chooses.
    private static String ring(int from, int to) {
        var text = new StringBuilder("head\trelation\ttail\tsplit\n");
        for (int i = from; i < to; i++) {
            text.append("p%d\tnext\tp%d\ttrain\n".formatted(i, (i + 1) % PLACES));
            String split = i % 3 == 0 ? "test" : i % 3 == 1 ? "valid" : "train";
            text.append("p%d\tafter next\tp%d\t%s\n".formatted(i, (i + 2) % PLACES, split));
        }
        return text.toString();
    }

    @Test
    void aModelIsLearnedAskedEvaluatedAndUpdated() throws IOException {
        var learned = learn();
        assertThat(learned.code()).as(learned.err()).isZero();
        assertThat(learned.out())
                .contains("learned snapshot 0: ", "learned snapshot 1: ", "among all entities of now", "30 epochs");
        assertThat(learned.err()).contains("epoch 10 of at most 30", "left at most");
        assertThat(learn().out()).contains("has learned all 2 snapshots");

        var tails = kg("query", "p3", "next", "?", "--top", "80", "--known");
        assertThat(tails.code()).as(tails.err()).isZero();
        assertThat(tails.out()).contains("1\tp", "\tknown", "# of 80 entities", "probability: of being true");
        assertThat(kg("query", "?", "next", "p3", "--json").out())
                .contains("\"asked\" : \"head\"", "\"probability\" : 0.", "\"known_answers\" : 1");
        assertThat(kg("query", "p3", "next", "p4").out()).contains("p3\tnext\tp4\t0.", "\tknown");
        assertThat(kg("query", "p3", "--top", "2").out().lines()).hasSize(2);

        assertThat(kg("evaluate").out()).contains("snapshot 0", "snapshot 1", "whole, among now: MR");
        assertThat(kg("evaluate", "--by", "relation").out())
                .contains("  after next")
                .doesNotContain("  next");
        assertThat(kg("evaluate", "--by", "direction", "--json").out())
                .contains("\"direction\" : \"heads\"", "\"mrr_pessimistic\"", "\"among\" : \"then\"");
        Path outside = write("outside.tsv", "p3\tnext\tp5\nnobody\tnext\tp1\n");
        var evaluated = kg("evaluate", outside);
        assertThat(evaluated.out()).contains("outside.tsv", "now");
        assertThat(evaluated.err()).contains("left out 1 fact with a name that the model has not learned");

        Path delta = write("delta.tsv", "p3\tnext\tq\nq\tnext\tp4\nq\tafter next\tp5\n");
        Path wrong = write("wrong.tsv", "p3\tnext\tp4\n");
        var updated = kg("update", delta, "--remove", wrong, "--snapshot", "correction");
        assertThat(updated.code()).as(updated.err()).isZero();
        assertThat(updated.out())
                .contains("2 'correction'", "+3 -1 facts", "learned snapshot 2: ", "1 new entity", "before")
                .containsPattern("snapshot 0 +\\d+ +0\\.\\d+ +0\\.\\d+");
        assertThat(kg("query", "p3", "next", "p4").out())
                .contains("p3\tnext\tp4\t0.")
                .doesNotContain("\tknown");

        Path plot = folder.resolve("history.svg");
        var history = kg("history", "--plot", plot);
        assertThat(history.out())
                .contains(
                        "model 'default' (rehearsal), has learned snapshots up to 2",
                        "forward transfer 0.",
                        "snapshot 2: ")
                .containsPattern("after +test 0 +test 1 +whole");
        String drawn = Files.readString(plot);
        assertThat(drawn.startsWith("<svg") && drawn.contains("<svg y=\"320\""))
                .as("two plots")
                .isTrue();
        assertThat(kg("history", "--json").out()).contains("\"models\" : [", "\"negatives\" : 10", "\"took\"");
    }

    @Test
    void aModelWhoseVectorsDependOnTheQuestionIsLearnedAskedEvaluatedAndUpdated() throws IOException {
        var learned = learn("--model", "seen", "--method", "lan");
        assertThat(learned.code()).as(learned.err()).isZero();
        assertThat(learned.out()).contains("learned snapshot 1: ", "among all entities of now");
        var tails = kg("query", "p3", "next", "?", "--model", "seen", "--top", "80", "--known");
        assertThat(tails.code()).as(tails.err()).isZero();
        assertThat(tails.out()).contains("1\tp", "\tknown", "# of 80 entities", "probability: of being true");
        assertThat(kg("query", "p3", "next", "p4", "--model", "seen").out()).contains("p3\tnext\tp4\t0.", "\tknown");
        assertThat(kg("query", "p3", "--model", "seen", "--top", "2").out().lines())
                .hasSize(2);
        assertThat(kg("evaluate", "--model", "seen", "--by", "relation").out())
                .contains("  after next", "whole, among now: MR");
        Path delta = write("delta.tsv", "p3\tnext\tq\nq\tnext\tp4\nq\tafter next\tp5\n");
        var updated = kg("update", delta, "--model", "seen");
        assertThat(updated.code()).as(updated.err()).isZero();
        assertThat(updated.out()).contains("learned snapshot 2: 3 facts, 1 new entity");
        assertThat(kg("query", "q", "next", "?", "--model", "seen", "--top", "3")
                        .out())
                .contains("# of 81 entities");
    }

    @Test
    void aModelThatLearnsAllAtOnceIsAskedInPlainJava() {
        var learned = kg("learn", "--model", "closed", "--scorer", "complex", "--dim", 8, "--epochs", 2);
        assertThat(learned.code()).as(learned.err()).isZero();
        assertThat(learned.out()).contains("model 'closed' (link), has learned snapshots up to 1", "2 epochs");
        assertThat(kg("query", "p3", "next", "?", "--model", "closed", "--top", "4")
                        .out()
                        .lines())
                .hasSize(6);
        assertThat(kg("evaluate", "--model", "closed").out()).contains("snapshot 1");
        assertThat(kg("learn", "--model", "closed", "--scorer", "complex").err())
                .contains("--again");

        String before = kg("history", "--json").out();
        var broken = kg("update", write("broken.tsv", "p3\tnext\tq\nbroken\n"), "--model", "closed");
        assertThat(broken.code()).isEqualTo(1);
        assertThat(kg("history", "--json").out()).isEqualTo(before);
        Path delta = write("delta.tsv", "p3\tnext\tq\nq\tnext\tp4\nq\tafter next\tp5\n");
        Path wrong = write("wrong.tsv", "p3\tnext\tp4\n");
        var updated = kg("update", delta, "--remove", wrong, "--model", "closed", "--epochs", 3, "--facts", "all");
        assertThat(updated.code()).as(updated.err()).isZero();
        assertThat(updated.out())
                .contains("2 '2'", "+3 -1 facts", "learned snapshot 2: 108 facts, 1 new entity, with 81 entities")
                .containsPattern("snapshot 0 +\\d+ +0\\.\\d+ +0\\.\\d+");
        assertThat(kg("query", "q", "next", "?", "--model", "closed").out()).contains("of 81 entities");
        assertThat(kg("history").out()).contains("model 'closed' (link), has learned snapshots up to 2", "3 epochs");

        kg("import", write("later.tsv", "q\tnext\tr\n"));
        assertThat(kg("update", delta, "--model", "closed").err()).contains("mokha kg learn");
        assertThat(kg("learn", "--model", "closed").out()).contains("learned snapshot 3: ", "1 new entity");
        assertThat(kg("learn", "--model", "closed").out()).contains("has learned all 4 snapshots");
        assertThat(kg("learn", "--model", "closed", "--dim", 4).err()).contains("leave out the settings");
        assertThat(kg("update", delta, "--model", "closed", "--pool", 5).err()).contains("leave out --pool");
        assertThat(kg("update", delta, "--model", "closed", "--epochs", 0).code())
                .isEqualTo(2);
        learn();
        assertThat(kg("update", delta, "--facts", "all").err()).contains("leave out --facts");
    }

    @Test
    void settingsThatDifferAreRefusedUntilItBeginsAnew() {
        assertThat(learn("--model", "m").code()).isZero();
        var other = learn("--model", "m", "--margin", "5");
        assertThat(other.code()).isEqualTo(1);
        assertThat(other.err()).contains("the model 'm' learns with other settings", "--again");
        assertThat(learn("--model", "m", "--margin", "5", "--again").out()).contains("learned snapshot 1");
    }

    @Test
    void ofUnknownNamesAndOfWhatHasNoFactNothingIsInvented() throws IOException {
        learn();
        var unknown = kg("query", "p3", "nxet", "?");
        assertThat(unknown.code()).isEqualTo(1);
        assertThat(unknown.err()).contains("no relation 'nxet'", "did you mean: next?");
        assertThat(kg("query", "?", "next", "place 3").err()).contains("no entity 'place 3'");
        Path alone = write("alone.tsv", "lonely\tnext\tp1\n");
        kg("import", alone);
        kg("import", "--remove", alone);
        var nothing = kg("query", "lonely", "next", "?");
        assertThat(nothing.code()).isZero();
        assertThat(nothing.out()).contains("knows nothing about lonely: no fact holds");
        Path later = write("later.tsv", "newcomer\tnext\tp1\n");
        kg("import", later);
        assertThat(kg("query", "newcomer", "next", "?", "--json").out())
                .contains("\"nothing_known\" : \"no fact about it was learned\"");
        var behind = kg("update", later);
        assertThat(behind.code()).isEqualTo(1);
        assertThat(behind.err()).contains("has learned up to snapshot 1 of 4", "mokha kg learn");
    }

    @Test
    void aMalformedLineFarIntoADeltaLeavesTheStoreAsItWas() throws IOException {
        learn();
        String before = kg("history", "--json").out();
        Path delta = folder.resolve("big.tsv");
        try (var out = Files.newBufferedWriter(delta)) {
            for (int line = 1; line < MALFORMED; line++) {
                out.write("p1\tnext\tp2\n"); // known already: quickly counted
            }
            out.write("broken\n");
        }
        var run = kg("update", delta);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("big.tsv, line 1000000: found one field, 'broken', not 3");
        assertThat(kg("history", "--json").out()).isEqualTo(before);
    }

    @Test
    void wrongUsageIsNamed() {
        assertThat(kg("learn", "--method", "luck").code()).isEqualTo(2);
        assertThat(kg("learn", "--method", "luck").err()).contains("no method 'luck'", "lkge");
        assertThat(kg("learn", "--dim", "0").code()).isEqualTo(2);
        assertThat(kg("learn", "--scorer", "complex", "--method", "lkge").err()).contains("learns all facts at once");
        assertThat(kg("update").err()).contains("no DELTA is given");
        assertThat(kg("update", "x.tsv", "--test-share", "1").code()).isEqualTo(2);
        assertThat(kg("update", "x.tsv", "--split-column", "s", "--test-share", "0.1")
                        .code())
                .isEqualTo(2);
        assertThat(kg("query", "a", "b").code()).isEqualTo(2);
        assertThat(kg("query", "?", "b", "?").code()).isEqualTo(2);
        assertThat(kg("query", "a", "?", "b").code()).isEqualTo(2);
        assertThat(kg("query", "a", "b", "?", "--top", "0").code()).isEqualTo(2);
        assertThat(kg("evaluate", "--by", "colour").code()).isEqualTo(2);
        assertThat(kg("history", "--among", "some").code()).isEqualTo(2);
        var none = kg("query", "p1", "next", "?");
        assertThat(none.code()).isEqualTo(1);
        assertThat(none.err()).contains("no model 'default'", "mokha kg learn");
    }

    private Run learn(Object... more) {
        Object[] usual = {"learn", "--dim", 16, "--epochs", 30, "--patience", 30, "--rate", "0.05", "--batch-size", 32};
        Object[] all = new Object[usual.length + more.length];
        System.arraycopy(usual, 0, all, 0, usual.length);
        System.arraycopy(more, 0, all, usual.length, more.length);
        return kg(all);
    }

    private Run kg(Object... args) {
        Object[] all = new Object[args.length + 3];
        all[0] = "kg";
        System.arraycopy(args, 0, all, 1, args.length);
        all[args.length + 1] = "--store";
        all[args.length + 2] = store;
        return Run.mokha(all);
    }

    private Path write(String name, String text) {
        try {
            return Files.writeString(folder.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
