package dev.mokha.language.masking;

import dev.mokha.language.corpus.CorpusException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;

/// A [SentenceStore] in a file, little-endian: the eight bytes `MOKHASEN`, the numbers of documents,
/// sentences and tokens as 64-bit integers, 32 bytes that tell what it was made from, the tokens as 32-bit
/// integers, the sentences' and the documents' ends as 64-bit integers. It appears under its name only when
/// it is whole.
final class SentenceFile implements AutoCloseable {
    private static final long MAGIC = 0x4E4553_41484B4F4DL; // "MOKHASEN"
    private static final int FINGERPRINT = 32;
    private static final int HEADER = 4 * Long.BYTES + FINGERPRINT;

    private final Path target;
    private final Path partial;
    private final Path ends;
    private final byte[] fingerprint;
    private final OutputStream tokenBytes;
    private final OutputStream endBytes;
    private long[] documentEnds = new long[1024];
    private int documents;
    private long sentences;
    private long tokens;

    /// Begins a file.
    SentenceFile(Path target, byte[] fingerprint) {
        this.target = target;
        this.partial = target.resolveSibling(target.getFileName() + ".partial");
        this.ends = target.resolveSibling(target.getFileName() + ".ends.partial");
        this.fingerprint = fingerprint.clone();
        try {
            Files.createDirectories(target.toAbsolutePath().getParent());
            this.tokenBytes = new BufferedOutputStream(Files.newOutputStream(partial), 1 << 16);
            this.endBytes = new BufferedOutputStream(Files.newOutputStream(ends), 1 << 16);
            tokenBytes.write(new byte[HEADER]);
        } catch (IOException e) {
            throw new CorpusException("cannot write " + target + ": " + e.getMessage(), e);
        }
    }

    /// Appends a document.
    void add(List<int[]> document) {
        int filled = 0;
        try {
            for (int[] sentence : document) {
                if (sentence.length == 0) {
                    continue;
                }
                byte[] bytes = new byte[Integer.BYTES * sentence.length];
                little(bytes).asIntBuffer().put(sentence);
                tokenBytes.write(bytes);
                tokens += sentence.length;
                byte[] end = new byte[Long.BYTES];
                little(end).putLong(tokens);
                endBytes.write(end);
                filled++;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (filled > 0) {
            sentences += filled;
            if (documents == documentEnds.length) {
                documentEnds = Arrays.copyOf(documentEnds, 2 * documents);
            }
            documentEnds[documents++] = sentences;
        }
    }

    /// Puts the file in its place.
    void finish() {
        if (documents == 0) {
            throw new CorpusException("the texts for " + target + " hold no token");
        }
        try {
            endBytes.close();
            Files.copy(ends, tokenBytes);
            byte[] lasts = new byte[Math.multiplyExact(Long.BYTES, documents)];
            little(lasts).asLongBuffer().put(documentEnds, 0, documents);
            tokenBytes.write(lasts);
            tokenBytes.close();
            try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
                var header = little(new byte[HEADER]);
                header.putLong(MAGIC).putLong(documents).putLong(sentences).putLong(tokens);
                header.put(fingerprint).flip();
                channel.write(header, 0);
                channel.force(true);
            }
            try {
                Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
            } catch (AtomicMoveNotSupportedException _) {
                Files.move(partial, target, StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Removes what is not finished.
    @Override
    public void close() {
        try (tokenBytes;
                endBytes) {
            Files.deleteIfExists(ends);
            Files.deleteIfExists(partial);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// {@return whether a file was made from what the fingerprint tells}
    /// @throws CorpusException when there is a file that is no store, which is then left alone
    static boolean isOf(Path path, byte[] fingerprint) {
        try (var in = Files.newInputStream(path)) {
            byte[] header = in.readNBytes(HEADER);
            if (header.length < HEADER || little(header).getLong() != MAGIC) {
                throw new CorpusException(path + " is not a file of sentences, so it is not written over; delete it or"
                        + " choose another name");
            }
            return Arrays.equals(header, HEADER - FINGERPRINT, HEADER, fingerprint, 0, FINGERPRINT);
        } catch (IOException e) {
            throw new CorpusException("cannot read " + path + ": " + e.getMessage(), e);
        }
    }

    /// Maps a file.
    ///
    /// @throws CorpusException when it is none, or not whole
    @SuppressWarnings("MustBeClosedChecker") // the arena belongs to the store returned, which closes it
    static SentenceStore open(Path path) {
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            MemorySegment file = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            return checked(path, file, arena);
        } catch (IOException e) {
            arena.close();
            throw new CorpusException("cannot read " + path + ": " + e.getMessage(), e);
        } catch (CorpusException e) {
            arena.close();
            throw e;
        }
    }

    private static SentenceStore checked(Path path, MemorySegment file, Arena arena) {
        if (file.byteSize() < HEADER || file.get(SentenceStore.POSITION, 0) != MAGIC) {
            throw new CorpusException(path + " is not a file of sentences; delete it to have it made again");
        }
        long documents = file.get(SentenceStore.POSITION, 8);
        long sentences = file.get(SentenceStore.POSITION, 16);
        long tokens = file.get(SentenceStore.POSITION, 24);
        boolean plausible = documents >= 1
                && documents <= sentences
                && documents <= Integer.MAX_VALUE
                && sentences <= tokens
                && tokens <= file.byteSize() / Integer.BYTES
                && file.byteSize() == HEADER + Integer.BYTES * tokens + Long.BYTES * (sentences + documents);
        if (!plausible) {
            throw new CorpusException(path + " is damaged: it claims " + documents + " documents, " + sentences
                    + " sentences and " + tokens + " tokens in " + file.byteSize()
                    + " bytes; delete it to have it made again");
        }
        long endsAt = HEADER + Integer.BYTES * tokens;
        long documentsAt = endsAt + Long.BYTES * sentences;
        MemorySegment sentenceEnds = file.asSlice(endsAt, Long.BYTES * sentences);
        MemorySegment documentEnds = file.asSlice(documentsAt, Long.BYTES * documents);
        requireAscending(path, sentenceEnds, tokens);
        requireAscending(path, documentEnds, sentences);
        return new SentenceStore(
                file.asSlice(HEADER, Integer.BYTES * tokens), sentenceEnds, documentEnds, arena::close);
    }

    private static void requireAscending(Path path, MemorySegment ends, long last) {
        long before = 0;
        for (long at = 0; at < ends.byteSize(); at += Long.BYTES) {
            long end = ends.get(SentenceStore.POSITION, at);
            if (end <= before) {
                throw new CorpusException(path + " is damaged: an end at " + end + " follows one at " + before
                        + "; delete it to have it made again");
            }
            before = end;
        }
        if (before != last) {
            throw new CorpusException(
                    path + " is damaged: it ends at " + before + ", not " + last + "; delete it to have it made again");
        }
    }

    private static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
