package dev.mokha.serve.engine;

import dev.mokha.language.generate.LogitRow;
import dev.mokha.language.generate.Sampler;
import dev.mokha.text.grammar.Matcher;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An answer that a search follows, or has found. Never changed: what it may go on with are others.
final class Beam {
    private final AnswerEnds ends;
    private final Sampler sampler;
    private final @Nullable Matcher matcher;
    private final @Nullable Tail tail;
    private final double score;

    /// Its newest token and those before: beams share their beginnings.
    private record Tail(@Nullable Tail before, Sampler.Choice choice, Reader.@Nullable Finish finish) {}

    private Beam(AnswerEnds ends, Sampler sampler, @Nullable Matcher matcher, @Nullable Tail tail, double score) {
        this.ends = ends;
        this.sampler = sampler;
        this.matcher = matcher;
        this.tail = tail;
        this.score = score;
    }

    /// {@return a search's first, without any token}
    static Beam first(Request request, AnswerEnds ends) {
        var sampler = new Sampler(request.sampling(), request.prompt(), ends.endOfText());
        @Nullable
        Matcher matcher =
                request.constraint() == null ? null : request.constraint().matcher();
        return new Beam(ends, sampler, matcher, null, 0);
    }

    /// {@return the likeliest tokens that it may go on with, the likeliest first}
    ///
    /// @param logits changed by this call
    List<Sampler.Candidate> candidates(float[] logits, int count) {
        return sampler.candidates(LogitRow.of(logits), matcher == null ? null : matcher.mask(), count);
    }

    /// {@return this with one token more}
    Beam with(Sampler.Candidate candidate) {
        int id = candidate.choice().id();
        Sampler longer = sampler.copy();
        longer.accept(id);
        @Nullable Matcher matched = matcher == null ? null : matcher.copy();
        if (matched != null && !matched.accept(id)) {
            throw new IllegalStateException("token " + id + " was allowed and then not accepted");
        }
        var newest = new Tail(tail, candidate.choice(), ends.after(id, longer.length(), matched));
        return new Beam(ends, longer, matched, newest, score + candidate.score());
    }

    /// {@return the sum of its tokens' scores}
    double score() {
        return score;
    }

    int length() {
        return sampler.length();
    }

    /// {@return why it is over; null while it is not}
    Reader.@Nullable Finish finish() {
        return tail == null ? null : tail.finish;
    }

    /// {@return its tokens}
    List<Sampler.Choice> choices() {
        var all = new ArrayDeque<Sampler.Choice>();
        for (@Nullable Tail at = tail; at != null; at = at.before) {
            all.addFirst(at.choice);
        }
        return List.copyOf(all);
    }

    /// {@return its newest token}
    int newest() {
        if (tail == null) {
            throw new IllegalStateException("a search's first beam has no token");
        }
        return tail.choice.id();
    }
}
