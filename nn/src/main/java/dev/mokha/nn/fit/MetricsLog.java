package dev.mokha.nn.fit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// The figures of a run, in `metrics.jsonl` (one JSON object a line) and `tensorboard/events.out.tfevents…`. Both are
/// cut back to a checkpoint's position when the run resumes there, so no step stands in them twice.
final class MetricsLog implements AutoCloseable {
    static final String FILE = "metrics.jsonl";
    static final String EVENTS = "tensorboard/events.out.tfevents.0000000000.mokha";

    private final FileChannel lines;
    private final EventFile events;

    /// How long both files were at a checkpoint.
    record Position(long lines, long events) {
        static final Position START = new Position(0, 0);
    }

    MetricsLog(Path folder, Position from) {
        try {
            Files.createDirectories(folder.resolve(EVENTS).getParent());
            this.lines = FileChannel.open(folder.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            lines.truncate(from.lines());
            lines.position(lines.size());
            this.events = new EventFile(folder.resolve(EVENTS), from.events(), now());
        } catch (IOException e) {
            throw new UncheckedIOException("metrics cannot be written in " + folder + ": " + e.getMessage(), e);
        }
    }

    void step(StepReport report) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("step", report.step());
        line.put("loss", report.loss());
        line.put("lr", report.rate());
        line.put("grad_norm", report.gradNorm());
        line.put("tokens", report.tokens());
        line.put("seconds", report.seconds());
        line.put("rss", report.residentBytes());
        Map<String, Double> scalars = new LinkedHashMap<>();
        scalars.put("train/loss", report.loss());
        scalars.put("train/lr", report.rate());
        scalars.put("train/grad_norm", report.gradNorm());
        scalars.put("train/tokens", (double) report.tokens());
        scalars.put("train/rss", (double) report.residentBytes());
        report.figures().forEach((name, figure) -> {
            line.put(name, figure);
            scalars.put("train/" + name, figure);
        });
        write(report.step(), line, scalars);
    }

    void evaluated(long step, Map<String, Double> figures) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("step", step);
        Map<String, Double> scalars = new LinkedHashMap<>();
        figures.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(figure -> {
            line.put("eval_" + figure.getKey(), figure.getValue());
            scalars.put("eval/" + figure.getKey(), figure.getValue());
        });
        write(step, line, scalars);
    }

    void alarm(long step, String reason, String reaction) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("step", step);
        line.put("alarm", reason);
        line.put("reaction", reaction);
        write(step, line, Map.of());
    }

    /// {@return where both files end, once everything written is on the disk}
    Position force() {
        try {
            lines.force(false);
            return new Position(lines.size(), events.force());
        } catch (IOException e) {
            throw new UncheckedIOException("metrics cannot be written: " + e.getMessage(), e);
        }
    }

    /// Forgets what was written after a position.
    void cutTo(Position position) {
        try {
            lines.truncate(position.lines());
            lines.position(lines.size());
            events.truncate(position.events());
        } catch (IOException e) {
            throw new UncheckedIOException("metrics cannot be cut back: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        try (lines;
                events) {
            // both are closed even when one fails
        } catch (IOException e) {
            throw new UncheckedIOException("metrics cannot be closed: " + e.getMessage(), e);
        }
    }

    private void write(long step, Map<String, Object> line, Map<String, Double> scalars) {
        String json = JsonMapper.shared().writeValueAsString(line);
        ByteBuffer bytes = ByteBuffer.wrap((json + "\n").getBytes(StandardCharsets.UTF_8));
        try {
            while (bytes.hasRemaining()) {
                lines.write(bytes);
            }
            if (!scalars.isEmpty()) {
                events.scalars(step, now(), scalars);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("metrics cannot be written: " + e.getMessage(), e);
        }
    }

    private static double now() {
        return System.currentTimeMillis() / 1e3;
    }
}
