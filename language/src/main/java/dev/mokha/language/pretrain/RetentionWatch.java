package dev.mokha.language.pretrain;

import dev.mokha.language.corpus.Mixture;
import dev.mokha.nn.fit.Fit;
import dev.mokha.nn.fit.Progress;
import dev.mokha.text.file.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/// Compares each evaluation with what the model knew before the first step, which a file keeps for a run
/// that goes on.
final class RetentionWatch {
    private static final double MORE = 1.25;
    private static final double MOST = 0.9;

    private final Retention retention;
    private final Mixture mixture;
    private final Progress progress;
    private final double before;

    private RetentionWatch(Retention retention, Mixture mixture, Progress progress, double before) {
        this.retention = retention;
        this.mixture = mixture;
        this.progress = progress;
        this.before = before;
    }

    /// Measures the model as it is, unless an earlier part of the run did.
    ///
    /// @throws IllegalArgumentException when nothing of the name is measured, or drawn from
    static RetentionWatch begin(
            Retention retention,
            Fit.Every every,
            List<HeldOut> heldOut,
            Mixture mixture,
            Progress progress,
            Path file,
            Supplier<Map<String, Double>> measure) {
        String name = retention.heldOut();
        if (heldOut.stream().noneMatch(text -> text.name().equals(name))) {
            throw new IllegalArgumentException("what must not be forgotten is measured on the held-out text '" + name
                    + "', and there is none of that name; there are "
                    + heldOut.stream().map(HeldOut::name).toList());
        }
        if (every.evaluate() <= 0) {
            throw new IllegalArgumentException(
                    "what is only measured at the end cannot be kept from being forgotten; evaluate every so many steps");
        }
        if (retention.reaction() == Retention.Reaction.REBALANCE) {
            mixture.share(name); // is there
        }
        return new RetentionWatch(retention, mixture, progress, level(file, name, measure));
    }

    private static double level(Path file, String name, Supplier<Map<String, Double>> measure) {
        try {
            if (Files.exists(file)) {
                JsonNode kept =
                        JsonMapper.shared().readTree(Files.readString(file)).get(name);
                if (kept == null || !kept.isNumber()) {
                    throw new IllegalArgumentException(file + " has no bits per byte of '" + name + "'; delete it");
                }
                return kept.asDouble();
            }
            double level = Objects.requireNonNull(measure.get().get(name));
            Files.createDirectories(file.toAbsolutePath().getParent());
            WholeFile.write(file, JsonNodeFactory.instance.objectNode().put(name, level) + "\n");
            return level;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep " + file + ": " + e.getMessage(), e);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(file + " is damaged; delete it", e);
        }
    }

    /// Looks at an evaluation.
    ///
    /// @param figures bits per byte of each held-out text
    /// @throws RetentionException when too much is forgotten and the reaction is to stop
    void see(Map<String, Double> figures) {
        String name = retention.heldOut();
        double now = Objects.requireNonNull(figures.get(name));
        if (now <= before * (1 + retention.tolerance())) {
            return;
        }
        String what = String.format(
                Locale.ROOT,
                "'%s' is at %.4f bits a byte, %.1f %% above the %.4f before training",
                name,
                now,
                100 * (now / before - 1),
                before);
        switch (retention.reaction()) {
            case STOP ->
                throw new RetentionException(what
                        + String.format(
                                Locale.ROOT,
                                ", and %.1f %% are allowed; checkpoints stay. Train with more of it, at a lower rate, or let the"
                                        + " mixture be rebalanced",
                                100 * retention.tolerance()));
            case REBALANCE -> {
                boolean room = mixture.share(name) * MORE <= MOST;
                if (room) {
                    mixture.favour(name, MORE);
                }
                progress.note(what
                        + String.format(
                                Locale.ROOT,
                                room ? "; its share is now %.2f" : "; its share stays at %.2f",
                                mixture.share(name)));
            }
        }
    }
}
