package dev.mokha.serve.engine;

import dev.mokha.language.generate.Sampler;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The search for one prompt's likeliest answers: token by token the beams with the highest sums of log
/// probabilities go on, and answers that end are kept while they are among the best. In the steps of
/// transformers' `generate`, so its answers are the same.
final class BeamSearch {
    private final Beams options;
    private final int longest;
    private final int candidates;
    private List<Beam> running;
    private final List<Answer> finished = new ArrayList<>();
    private boolean improvable = true;

    /// @param first without a token
    BeamSearch(Beams options, Beam first, AnswerEnds ends) {
        this.options = options;
        this.longest = ends.longest();
        this.candidates = Math.max(2, 1 + ends.ids().size()) * options.width();
        this.running = List.of(first);
    }

    /// An answer that is over.
    ///
    /// @param score the beam's, with the penalty for its length
    record Answer(Beam beam, double score) {}

    /// A beam of the next step.
    ///
    /// @param parent the place of the one that it goes on from
    /// @param token its newest
    record Next(int parent, int token) {}

    private record Extended(int parent, Sampler.Candidate candidate, double score) {
        Beam beam(List<Beam> parents) {
            return parents.get(parent).with(candidate);
        }
    }

    private record Grown(int parent, Beam beam) {}

    /// {@return the beams that go on, in their order}
    List<Beam> running() {
        return running;
    }

    /// {@return how many candidates of each beam are enough: as many as beams go on when all others end}
    int candidates() {
        return candidates;
    }

    /// Takes a step.
    ///
    /// @param found candidates of each beam, in their order
    /// @return the beams that go on, the best first; empty where the search is over
    List<Next> advance(List<List<Sampler.Candidate>> found) {
        List<Extended> all = new ArrayList<>();
        for (int parent = 0; parent < running.size(); parent++) {
            for (Sampler.Candidate candidate : found.get(parent)) {
                all.add(new Extended(parent, candidate, running.get(parent).score() + candidate.score()));
            }
        }
        all.sort(Comparator.comparingDouble(extended -> -extended.score)); // stable: of equal ones the first
        List<Beam> parents = running;
        List<Grown> best = all.stream()
                .limit(candidates)
                .map(extended -> new Grown(extended.parent, extended.beam(parents)))
                .toList();
        List<Grown> open = best.stream()
                .filter(grown -> grown.beam.finish() == null)
                .limit(options.width())
                .toList();
        best.stream()
                .limit(options.width())
                .filter(grown -> grown.beam.finish() != null)
                .forEach(grown -> finish(grown.beam));
        running = open.stream().map(Grown::beam).toList();
        return open.isEmpty() || !goesOn()
                ? List.of()
                : open.stream()
                        .map(grown -> new Next(grown.parent, grown.beam.newest()))
                        .toList();
    }

    private void finish(Beam beam) {
        finished.add(new Answer(beam, penalised(beam.score(), beam.length())));
        finished.sort(Comparator.comparingDouble(one -> -one.score)); // stable: of equal ones the first stays
        if (finished.size() > options.width()) {
            finished.removeLast();
        }
    }

    private double penalised(double score, int length) {
        return score / Math.pow(length, options.lengthPenalty());
    }

    /// Whether a beam may still become an answer that is better than the worst of those there are.
    private boolean goesOn() {
        if (finished.size() < options.width()) {
            return true;
        }
        if (options.ending() == Beams.Ending.FIRST) {
            return false;
        }
        Beam first = running.getFirst();
        boolean hopeful = options.ending() == Beams.Ending.CERTAIN && options.lengthPenalty() > 0;
        improvable &= penalised(first.score(), hopeful ? longest : first.length()) > finished.getLast().score;
        return improvable;
    }

    /// {@return the answers, the best first}
    List<Answer> answers() {
        return List.copyOf(finished);
    }
}
