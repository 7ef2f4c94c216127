package dev.mokha.language.corpus;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/// A corpus as tokens, encoded once and memory-mapped: what training reads again and again.
///
/// The file, big-endian: the eight bytes `MOKHATOK`, the number of documents and of tokens as 64-bit
/// integers, then each token as a 32-bit integer, then for each document the position after its last token as
/// a 64-bit integer.
public final class TokenFile implements AutoCloseable {
    private static final long MAGIC = 0x4D4F4B4841544F4BL; // "MOKHATOK"
    private static final int HEADER = 24;
    private static final ValueLayout.OfInt TOKEN = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong POSITION = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final Arena arena;
    private final MemorySegment file;
    private final int documents;
    private final long tokens;

    private TokenFile(Arena arena, MemorySegment file, int documents, long tokens) {
        this.arena = arena;
        this.file = file;
        this.documents = documents;
        this.tokens = tokens;
    }

    /// Encodes a source on all cores into a file that appears only when it is whole.
    ///
    /// @param encode a document's text to its tokens; called from several threads
    /// @param endOfText the token after each document
    /// @return the file, opened
    public static TokenFile encode(TextSource source, Function<String, int[]> encode, int endOfText, Path target) {
        Path partial = target.resolveSibling(target.getFileName() + ".partial");
        var writer = new Writer();
        try (ExecutorService workers =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            Files.createDirectories(target.toAbsolutePath().getParent());
            try (OutputStream raw = Files.newOutputStream(partial);
                    var out = new DataOutputStream(new BufferedOutputStream(raw, 1 << 16))) {
                out.write(new byte[HEADER]);
                Deque<Future<int[]>> pending = new ArrayDeque<>();
                source.forEach(document -> {
                    pending.add(workers.submit(() -> encode.apply(document.text())));
                    if (pending.size() > 256) {
                        writer.write(out, await(pending.removeFirst()), endOfText);
                    }
                });
                while (!pending.isEmpty()) {
                    writer.write(out, await(pending.removeFirst()), endOfText);
                }
                for (int i = 0; i < writer.documents; i++) {
                    out.writeLong(writer.ends[i]);
                }
            } finally {
                workers.shutdownNow();
            }
            if (writer.documents == 0) {
                throw new CorpusException(source.path() + " holds no document");
            }
            writer.header(partial);
            move(partial, target);
        } catch (IOException e) {
            throw new CorpusException("cannot write " + target + ": " + e.getMessage(), e);
        }
        return open(target);
    }

    /// Maps a file that [#encode] wrote.
    ///
    /// @throws CorpusException when it is none, or not whole
    @SuppressWarnings("MustBeClosedChecker") // the arena belongs to the file returned, which closes it
    public static TokenFile open(Path path) {
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            MemorySegment file = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            if (file.byteSize() < HEADER || file.get(POSITION, 0) != MAGIC) {
                throw new CorpusException(path + " is not a file of tokens; delete it to have it made again");
            }
            long documents = file.get(POSITION, 8);
            long tokens = file.get(POSITION, 16);
            if (documents < 1
                    || documents > Integer.MAX_VALUE
                    || tokens < documents
                    || tokens > (file.byteSize() - HEADER) / 4
                    || file.byteSize() != HEADER + 4 * tokens + 8 * documents) {
                throw new CorpusException(path + " is damaged: it claims " + documents + " documents and " + tokens
                        + " tokens in " + file.byteSize() + " bytes; delete it to have it made again");
            }
            return new TokenFile(arena, file, (int) documents, tokens);
        } catch (IOException e) {
            arena.close();
            throw new CorpusException("cannot read " + path + ": " + e.getMessage(), e);
        } catch (CorpusException e) {
            arena.close();
            throw e;
        }
    }

    /// {@return the number of documents}
    public int documents() {
        return documents;
    }

    /// {@return the number of tokens, the ones that end documents included}
    public long tokens() {
        return tokens;
    }

    /// {@return the number of tokens of a document, its end included}
    public int length(int document) {
        return (int) (end(document) - start(document));
    }

    /// Copies tokens of a document.
    ///
    /// @param from the first token's index in the document
    public void copy(int document, int from, int[] into, int at, int length) {
        long start = start(document) + from;
        if (from < 0 || start + length > end(document)) {
            throw new IndexOutOfBoundsException(
                    "document " + document + " has " + length(document) + " tokens, not " + (from + length));
        }
        MemorySegment.copy(file, TOKEN, HEADER + 4 * start, into, at, length);
    }

    @Override
    public void close() {
        arena.close();
    }

    private long start(int document) {
        return document == 0 ? 0 : end(document - 1);
    }

    private long end(int document) {
        return file.get(POSITION, HEADER + 4 * tokens + 8L * document);
    }

    private static int[] await(Future<int[]> tokens) {
        try {
            return tokens.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CorpusException("interrupted while encoding", e);
        } catch (ExecutionException e) {
            throw new CorpusException("a document could not be encoded: " + e.getCause(), e);
        }
    }

    static void move(Path partial, Path target) throws IOException {
        try {
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(partial, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static final class Writer {
        private long[] ends = new long[1024];
        private int documents;
        private long tokens;

        void write(DataOutputStream out, int[] ids, int endOfText) {
            try {
                for (int id : ids) {
                    out.writeInt(id);
                }
                out.writeInt(endOfText);
            } catch (IOException e) {
                throw new CorpusException("cannot write tokens: " + e.getMessage(), e);
            }
            tokens += ids.length + 1;
            if (documents == ends.length) {
                ends = Arrays.copyOf(ends, 2 * documents);
            }
            ends[documents++] = tokens;
        }

        void header(Path file) throws IOException {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                var header = ByteBuffer.allocate(HEADER);
                header.putLong(MAGIC).putLong(documents).putLong(tokens).flip();
                channel.write(header, 0);
                channel.force(true);
            }
        }
    }
}
