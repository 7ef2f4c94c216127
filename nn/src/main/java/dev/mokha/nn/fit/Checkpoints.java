package dev.mokha.nn.fit;

import dev.mokha.tensor.Safetensors;
import dev.mokha.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// The checkpoints of a run: folders `checkpoint-STEP` with `model.safetensors`, `optimizer.safetensors`, with
/// averaging `ema.safetensors`, with `state.json`, which holds everything else, and `checksums.json` of them all.
///
/// A checkpoint is written under a temporary name, forced to the disk and renamed, so one that is there is whole. One
/// that was damaged later is noticed by its checksums and passed over.
public final class Checkpoints {
    static final String MODEL = Safetensors.FILE;
    static final String OPTIMIZER = "optimizer.safetensors";
    static final String AVERAGE = "ema.safetensors";
    static final String STATE = "state.json";
    static final String CHECKSUMS = "checksums.json";

    private static final Pattern NAME = Pattern.compile("checkpoint-(\\d{1,18})");
    private static final Pattern LEFTOVER = Pattern.compile("\\.checkpoint-\\d+\\.(writing|deleting)");

    private final Path folder;

    /// The checkpoints in a run's output folder.
    public Checkpoints(Path folder) {
        this.folder = folder;
    }

    /// The size and checksum of a file.
    record Sum(long bytes, long crc32c) {}

    /// A checkpoint that was read and found whole.
    record Found(Path path, Snapshot snapshot) {}

    /// {@return the folders of all checkpoints, newest first, whole or not}
    public List<Path> all() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> NAME.matcher(name(entry)).matches())
                    .sorted(Comparator.comparingLong(Checkpoints::step).reversed())
                    .toList();
        } catch (IOException e) {
            throw failure("listed", folder, e);
        }
    }

    /// {@return the newest checkpoint that is whole}
    public Optional<Path> newest() {
        return newest(_ -> {}).map(Found::path);
    }

    /// {@return the checkpoint with the best score, when one was kept}
    public Optional<Path> best() {
        return newest(_ -> {})
                .map(found -> path(found.snapshot().best().step()))
                .filter(Files::isDirectory);
    }

    /// The newest whole checkpoint; each damaged one passed over is told to `warn`.
    Optional<Found> newest(Consumer<String> warn) {
        for (Path path : all()) {
            try {
                return Optional.of(new Found(path, verified(path)));
            } catch (DamagedException e) {
                warn.accept(name(path) + " is damaged and passed over: " + e.getMessage());
            }
        }
        return Optional.empty();
    }

    /// Writes a checkpoint; one of the same step is replaced.
    void write(Snapshot snapshot, Map<String, Map<String, Tensor>> tensors) {
        Path target = path(snapshot.step());
        Path temporary = folder.resolve("." + name(target) + ".writing");
        try {
            delete(temporary);
            Files.createDirectories(temporary);
            Map<String, Sum> sums = new TreeMap<>();
            for (var file : tensors.entrySet()) {
                Path path = temporary.resolve(file.getKey());
                Safetensors.write(path, file.getValue(), Map.of("step", Long.toString(snapshot.step())));
                sums.put(file.getKey(), sum(path));
            }
            writeJson(temporary.resolve(STATE), snapshot);
            sums.put(STATE, sum(temporary.resolve(STATE)));
            writeJson(temporary.resolve(CHECKSUMS), sums);
            force(temporary);
            remove(target);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            force(folder);
        } catch (IOException e) {
            throw failure("written", target, e);
        }
    }

    /// Deletes all but the newest `last` checkpoints and the one of step `best`.
    void keep(int last, long best) {
        List<Path> all = all();
        for (Path path : all.subList(Math.min(last, all.size()), all.size())) {
            if (step(path) != best) {
                try {
                    remove(path);
                } catch (IOException e) {
                    throw failure("deleted", path, e);
                }
            }
        }
    }

    /// Deletes what writers left behind that were stopped in the middle.
    void clean() {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path entry : entries.toList()) {
                if (LEFTOVER.matcher(name(entry)).matches()) {
                    delete(entry);
                }
            }
        } catch (IOException e) {
            throw failure("cleaned", folder, e);
        }
    }

    /// Compares every file with its checksum and reads `state.json`.
    private static Snapshot verified(Path path) throws DamagedException {
        try {
            Map<String, Sum> sums = JsonMapper.shared()
                    .readValue(Files.readAllBytes(path.resolve(CHECKSUMS)), new TypeReference<>() {});
            if (!sums.keySet().containsAll(List.of(MODEL, OPTIMIZER, STATE))) {
                throw new DamagedException(CHECKSUMS + " names only " + sums.keySet());
            }
            for (var file : sums.entrySet()) {
                Sum found = sum(path.resolve(file.getKey()));
                if (!found.equals(file.getValue())) {
                    throw new DamagedException(
                            file.getKey() + " has " + found + ", was written with " + file.getValue());
                }
            }
            Snapshot snapshot = JsonMapper.shared().readValue(Files.readAllBytes(path.resolve(STATE)), Snapshot.class);
            if (snapshot.step() != step(path)) {
                throw new DamagedException(STATE + " describes another checkpoint, of step " + snapshot.step());
            }
            return snapshot;
        } catch (IOException | InvalidPathException e) {
            throw new DamagedException(e.toString());
        } catch (JacksonException e) {
            throw new DamagedException("its JSON cannot be read: " + e.getMessage());
        }
    }

    private static void writeJson(Path file, Object value) throws IOException {
        byte[] json = JsonMapper.shared()
                .writerWithDefaultPrettyPrinter()
                .writeValueAsString(value)
                .getBytes(StandardCharsets.UTF_8);
        try (var channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(json);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    /// Renames before deleting, so that no half-deleted folder bears a checkpoint's name.
    private void remove(Path checkpoint) throws IOException {
        if (Files.exists(checkpoint)) {
            Path doomed = folder.resolve("." + name(checkpoint) + ".deleting");
            delete(doomed);
            Files.move(checkpoint, doomed, StandardCopyOption.ATOMIC_MOVE);
            delete(doomed);
        }
    }

    private static void delete(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        List<Path> paths = new ArrayList<>();
        try (Stream<Path> walk = Files.walk(tree)) {
            walk.forEach(paths::add);
        }
        for (Path path : paths.reversed()) {
            Files.delete(path);
        }
    }

    private static Sum sum(Path file) throws IOException {
        var crc = new CRC32C();
        ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (channel.read(buffer) >= 0) {
                crc.update(buffer.flip());
                buffer.clear();
            }
            return new Sum(channel.size(), crc.getValue());
        }
    }

    private static void force(Path folder) {
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException _) {
            // a system that cannot open folders (Windows) forces renames itself
        }
    }

    private Path path(long step) {
        return folder.resolve("checkpoint-" + step);
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    private static long step(Path path) {
        return Long.parseLong(name(path).substring("checkpoint-".length()));
    }

    private static UncheckedIOException failure(String verb, Path path, IOException cause) {
        return new UncheckedIOException(path + " cannot be " + verb + ": " + cause, cause);
    }

    private static final class DamagedException extends Exception {
        private static final long serialVersionUID = 1;

        DamagedException(String message) {
            super(message);
        }
    }
}
