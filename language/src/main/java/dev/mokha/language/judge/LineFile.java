package dev.mokha.language.judge;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
    private final FileChannel channel;

    private LineFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /// Opens a file, which need not be there.
    ///
    /// @param seen gets every line that it holds
    /// @throws JudgeException when another run writes to it, or a line is no JSON
    static LineFile open(Path path, Consumer<JsonNode> seen) {
        @Nullable FileChannel channel = null;
        try {
            channel = FileChannel.open(
                    path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
            if (!locks(channel)) {
                throw new JudgeException("another run writes to " + path + "; let it end, or choose another --out");
            }
            read(path, channel, seen);
            return new LineFile(path, channel);
        } catch (IOException e) {
            closeQuietly(channel);
            throw new UncheckedIOException("cannot open " + path + ": " + e.getMessage(), e);
        } catch (RuntimeException e) {
            closeQuietly(channel);
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

    private static void read(Path path, FileChannel channel, Consumer<JsonNode> seen) throws IOException {
        var bytes = ByteBuffer.allocate(Math.toIntExact(channel.size()));
        while (bytes.hasRemaining() && channel.read(bytes) >= 0) {}
        byte[] all = bytes.array();
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
        channel.truncate(start);
        channel.position(start);
    }

    /// Writes a line.
    synchronized void add(JsonNode line) {
        var bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + path + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        closeQuietly(channel);
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException _) {
            // every line has been written; there is nothing left to lose
        }
    }
}
