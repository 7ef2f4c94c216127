package dev.mokha.serve.http;

import dev.mokha.language.generate.BestOf;
import dev.mokha.language.generate.Sampler;
import dev.mokha.serve.engine.Reader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An answer that is being gathered.
final class Written {
    private final StringBuilder text = new StringBuilder();
    private final List<Piece> pieces = new ArrayList<>();
    private Reader.@Nullable Finish finish;

    /// A token and where its text begins.
    record Piece(Sampler.Choice choice, int offset) {}

    void token(String more, Sampler.Choice choice) {
        pieces.add(new Piece(choice, text.length()));
        text.append(more);
    }

    void end(String more, Reader.Finish how) {
        text.append(more);
        finish = how;
    }

    String text() {
        return text.toString();
    }

    List<Piece> pieces() {
        return pieces;
    }

    /// {@return whether there is such an answer: a search may find fewer than were asked for}
    boolean found() {
        return finish != null;
    }

    /// {@return why it ended, in OpenAI's words}
    String finish() {
        return finish == Reader.Finish.LENGTH ? "length" : "stop";
    }

    private double[] logProbs() {
        return pieces.stream().mapToDouble(piece -> piece.choice.logProb()).toArray();
    }

    /// {@return the answers that are given, of those that were drawn for each prompt}
    static List<Written> best(List<Written> drawn, Asked asked) {
        if (asked.answers() == asked.drawn()) {
            return drawn;
        }
        var best = new ArrayList<Written>();
        for (int first = 0; first < drawn.size(); first += asked.drawn()) {
            List<Written> ofOne = drawn.subList(first, first + asked.drawn());
            var sums = ofOne.stream().map(Written::logProbs).toList();
            BestOf.choose(asked.answers(), sums).forEach(index -> best.add(ofOne.get(index)));
        }
        return best;
    }
}
