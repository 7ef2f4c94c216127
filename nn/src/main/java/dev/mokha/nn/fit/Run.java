package dev.mokha.nn.fit;

import dev.mokha.nn.optim.Ema;
import dev.mokha.nn.optim.Optimizer;
import dev.mokha.tensor.Rng;
import dev.mokha.tensor.Safetensors;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// All that changes while a run goes on, in one place: so that saving it is complete, and restoring it gives the
/// floats of a run that was never disturbed.
final class Run implements AutoCloseable {
    private final Fit fit;
    private final Task<?> task;
    private final Optimizer optimizer;
    private final Batches<?> batches;
    private final Progress progress;
    private final Watch watch;
    private final @Nullable Ema ema;
    private final @Nullable Checkpoints checkpoints;
    private @Nullable MetricsLog metrics;

    private long step;
    private long savedStep = -1;
    private long tokens;
    private double loss = Double.NaN;
    private Snapshot.Best best = Snapshot.Best.NONE;
    private double secondsBefore;
    private final long begun = System.nanoTime();

    Run(Fit fit, Task<?> task, Optimizer optimizer, Batches<?> batches, Progress progress) {
        this.fit = fit;
        this.task = task;
        this.optimizer = optimizer;
        this.batches = batches;
        this.progress = progress;
        this.watch = new Watch(fit.alarm());
        this.ema = fit.ema() > 0 ? new Ema(optimizer.parameters(), fit.ema()) : null;
        Path output = fit.output();
        this.checkpoints = output == null ? null : new Checkpoints(output);
    }

    /// Takes up the newest whole checkpoint, when there is one, and opens the metrics files.
    void resume(long total) {
        if (checkpoints == null) {
            return;
        }
        checkpoints.clean();
        int present = checkpoints.all().size();
        Path output = Objects.requireNonNull(fit.output());
        if (present > 0 && !fit.resume()) {
            throw new IllegalStateException(output + " holds " + present
                    + " checkpoints of an earlier run; resume it, delete them, or choose another folder");
        }
        Optional<Checkpoints.Found> found = checkpoints.newest(progress::note);
        if (present > 0 && found.isEmpty()) {
            throw new IllegalStateException(
                    "none of the " + present + " checkpoints in " + output + " is whole; delete them to begin anew");
        }
        var position = MetricsLog.Position.START;
        if (found.isPresent()) {
            Snapshot snapshot = found.get().snapshot();
            if (snapshot.step() > total) {
                throw new IllegalStateException(found.get().path() + " has more steps than this run's " + total
                        + "; give a longer length or another folder");
            }
            noteChanges(snapshot.settings());
            restore(found.get());
            tokens = snapshot.tokens();
            secondsBefore = snapshot.seconds();
            batches.restore(snapshot.data());
            watch.restore(snapshot.watch());
            best = snapshot.best();
            position = snapshot.metrics();
        }
        metrics = new MetricsLog(output, position);
    }

    /// Goes back to the newest checkpoint, but not to its place in the data: what set off the alarm lies behind.
    ///
    /// @return false when there is none
    boolean rollBack() {
        Optional<Checkpoints.Found> found = checkpoints == null ? Optional.empty() : checkpoints.newest(progress::note);
        found.ifPresent(checkpoint -> {
            restore(checkpoint);
            watch.restoreWindows(checkpoint.snapshot().watch());
            best = checkpoint.snapshot().best();
            log(files -> files.cutTo(checkpoint.snapshot().metrics()));
        });
        return found.isPresent();
    }

    /// Writes a checkpoint, unless this step has one or there is nowhere to write.
    void save() {
        if (checkpoints == null || metrics == null || savedStep == step) {
            return;
        }
        Map<String, String> streams = new TreeMap<>();
        task.streams()
                .forEach((name, rng) -> streams.put(name, Base64.getEncoder().encodeToString(rng.state())));
        var snapshot = new Snapshot(
                step,
                tokens,
                seconds(),
                loss,
                batches.position(),
                streams,
                watch.state(),
                best,
                metrics.force(),
                settings());
        Map<String, Map<String, Tensor>> files = new LinkedHashMap<>();
        files.put(Checkpoints.MODEL, task.parameters());
        files.put(Checkpoints.OPTIMIZER, optimizer.state());
        if (ema != null) {
            files.put(Checkpoints.AVERAGE, ema.averages());
        }
        checkpoints.write(snapshot, files);
        checkpoints.keep(fit.keep().last(), fit.keep().best() ? best.step() : -1);
        savedStep = step;
    }

    private void restore(Checkpoints.Found found) {
        Snapshot snapshot = found.snapshot();
        Map<String, Rng> streams = task.streams();
        if (!streams.keySet().equals(snapshot.streams().keySet())) {
            throw new IllegalStateException(found.path() + " has the random streams "
                    + snapshot.streams().keySet() + ", this run " + streams.keySet() + "; it is of another task");
        }
        read(found.path().resolve(Checkpoints.MODEL), saved -> copy(found.path(), saved, task.parameters()));
        read(found.path().resolve(Checkpoints.OPTIMIZER), optimizer::restore);
        if (ema != null) {
            if (!Files.exists(found.path().resolve(Checkpoints.AVERAGE))) {
                throw new IllegalStateException(
                        found.path() + " was written without averages; resume with ema 0, or begin anew");
            }
            read(found.path().resolve(Checkpoints.AVERAGE), ema::restore);
        }
        streams.forEach((name, rng) ->
                rng.restore(Base64.getDecoder().decode(snapshot.streams().get(name))));
        step = snapshot.step();
        savedStep = step;
        loss = snapshot.loss();
    }

    private static void read(Path file, Consumer<Map<String, Tensor>> use) {
        try (var _ = Scope.open("read checkpoint");
                var saved = Safetensors.open(file)) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            saved.names().forEach(name -> tensors.put(name, saved.tensor(name)));
            use.accept(tensors);
        }
    }

    private static void copy(Path path, Map<String, Tensor> saved, Map<String, Tensor> parameters) {
        parameters.forEach((name, parameter) -> {
            Tensor value = saved.get(name);
            if (value == null || !Arrays.equals(value.shape(), parameter.shape())) {
                throw new IllegalStateException(path + " has " + (value == null ? "no parameter" : value + " for")
                        + " '" + name + "', this model " + parameter + "; it is of another model");
            }
            parameter.copyInPlace(value);
        });
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new TreeMap<>();
        settings.put("length", fit.length().toString());
        settings.put("schedule", fit.schedule().toString());
        settings.put("accumulation", Integer.toString(fit.accumulation()));
        settings.put("clip", Double.toString(fit.clip()));
        settings.put("precision", fit.precision().name());
        settings.put("ema", Double.toString(fit.ema()));
        return settings;
    }

    private void noteChanges(Map<String, String> before) {
        settings().forEach((name, now) -> {
            String then = before.get(name);
            if (!now.equals(then)) {
                progress.note("the run resumes with " + name + " " + now + ", it had " + then);
            }
        });
    }

    void stepTaken(double loss, double norm) {
        step++;
        this.loss = loss;
        watch.good(step, loss, norm);
        if (ema != null) {
            ema.update(step);
        }
    }

    /// Takes in an evaluation's score. {@return whether it is the best so far}
    boolean scored(double score) {
        boolean improved = score < best.score();
        best = improved
                ? new Snapshot.Best(step, score, 0)
                : new Snapshot.Best(best.step(), best.score(), best.stale() + 1);
        return improved;
    }

    void swapAverages() {
        if (ema != null) {
            ema.swap();
        }
    }

    void log(Consumer<MetricsLog> entry) {
        if (metrics != null) {
            entry.accept(metrics);
        }
    }

    void addTokens(long more) {
        tokens += more;
    }

    /// {@return the time spent on this run, pauses between resumed parts left out}
    double seconds() {
        return secondsBefore + (System.nanoTime() - begun) / 1e9;
    }

    Fit fit() {
        return fit;
    }

    Optimizer optimizer() {
        return optimizer;
    }

    Progress progress() {
        return progress;
    }

    Watch watch() {
        return watch;
    }

    Snapshot.Best best() {
        return best;
    }

    long step() {
        return step;
    }

    long tokens() {
        return tokens;
    }

    double loss() {
        return loss;
    }

    @Override
    public void close() {
        if (ema != null) {
            ema.close();
        }
        if (metrics != null) {
            metrics.close();
        }
    }
}
