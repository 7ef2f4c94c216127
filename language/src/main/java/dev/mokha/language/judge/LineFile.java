package dev.mokha.language.judge;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// JSON lines that grow as results come, so that a program that is killed loses at most the one it was at.
/// The half line that such a death may leave is cut off when the file is opened again. Lines may come from
/// several threads.
final class LineFile implements AutoCloseable {
    private final Path path;
    private final RandomAccessFile file; // and no channel: an interrupt would close that under the other threads

    private LineFile(Path path, RandomAccessFile file) {
        this.path = path;
        this.file = file;
    }

    /// Opens a file, which need not be there.
    ///
    /// @param seen gets every line that it holds
    /// @throws JudgeException when another run writes to it, or a line is no JSON
    static LineFile open(Path path, Consumer<JsonNode> seen) {
        @Nullable RandomAccessFile file = null;
        try {
            file = new RandomAccessFile(path.toFile(), "rw");
            if (!locks(file.getChannel())) {
                throw new JudgeException("another run writes to " + path + "; let it end, or choose another --out");
            }
            read(path, file, seen);
            return new LineFile(path, file);
        } catch (IOException e) {
            closeQuietly(file);
            throw new UncheckedIOException("cannot open " + path + ": " + e.getMessage(), e);
        } catch (RuntimeException e) {
            closeQuietly(file);
            throw e;
        }
    }

    private static boolean locks(FileChannel channel) throws IOException {
        try {
            @Nullable FileLock lock = channel.tryLock(); // lasts as long as the channel
            return lock != null;
        } catch (OverlappingFileLockException _) {
            return false;
        }
    }

    private static void read(Path path, RandomAccessFile file, Consumer<JsonNode> seen) throws IOException {
        byte[] all = new byte[Math.toIntExact(file.length())];
        file.readFully(all);
        int start = 0;
        int number = 0;
        for (int i = 0; i < all.length; i++) {
            if (all[i] == '\n') {
                number++;
                String line = new String(all, start, i - start, StandardCharsets.UTF_8);
                try {
                    seen.accept(JsonMapper.shared().readTree(line));
                } catch (JacksonException e) {
                    throw new JudgeException(path + ", line " + number + ": not JSON; delete the line", e);
                }
                start = i + 1;
            }
        }
        file.setLength(start);
        file.seek(start);
    }

    /// Writes a line.
    synchronized void add(JsonNode line) {
        try {
            file.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + path + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        closeQuietly(file);
    }

    private static void closeQuietly(@Nullable RandomAccessFile file) {
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException _) {
            // every line has been written; there is nothing left to lose
        }
    }
}
