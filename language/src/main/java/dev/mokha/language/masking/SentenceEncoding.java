package dev.mokha.language.masking;

import dev.mokha.language.corpus.CorpusException;
import dev.mokha.language.corpus.Document;
import dev.mokha.language.corpus.TextSource;
import dev.mokha.text.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/// Texts on their way to tokens: split into sentences, each sentence encoded on its own, without special
/// tokens.
///
/// @param sources read in this order
/// @param sentences how documents are split
public record SentenceEncoding(List<TextSource> sources, Sentences sentences, Tokenizer tokenizer) {
    private static final int PENDING = 256;

    public SentenceEncoding {
        sources = List.copyOf(sources);
        if (sources.isEmpty()) {
            throw new IllegalArgumentException("no source of text is given; name at least one");
        }
    }

    /// One source.
    public static SentenceEncoding of(TextSource source, Sentences sentences, Tokenizer tokenizer) {
        return new SentenceEncoding(List.of(source), sentences, tokenizer);
    }

    /// {@return the corpus in a file, mapped: encoded when there is no such file, or it is of other texts,
    /// another tokenizer or other sentences; else as it is}
    public SentenceStore store(Path file) {
        return store(file, Runtime.getRuntime().availableProcessors());
    }

    /// The same on so many threads; their number changes nothing else.
    public SentenceStore store(Path file, int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("at least 1 thread, not " + threads);
        }
        byte[] fingerprint = fingerprint();
        if (Files.exists(file) && SentenceFile.isOf(file, fingerprint)) {
            return SentenceFile.open(file);
        }
        try (var writer = new SentenceFile(file, fingerprint)) {
            forEach(threads, writer::add);
            writer.finish();
        }
        return SentenceFile.open(file);
    }

    /// {@return the corpus in memory: for held-out texts}
    public SentenceStore inMemory() {
        List<List<int[]>> documents = new ArrayList<>();
        forEach(Runtime.getRuntime().availableProcessors(), documents::add);
        return SentenceStore.of(documents);
    }

    /// Encodes every document in order, holding few at a time.
    void forEach(int threads, Consumer<List<int[]>> use) {
        try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
            Deque<Future<List<int[]>>> pending = new ArrayDeque<>();
            try {
                for (TextSource source : sources) {
                    source.forEach(document -> {
                        pending.add(workers.submit(() -> encode(document)));
                        if (pending.size() > PENDING) {
                            use.accept(await(pending.removeFirst()));
                        }
                    });
                }
                while (!pending.isEmpty()) {
                    use.accept(await(pending.removeFirst()));
                }
            } finally {
                workers.shutdownNow();
            }
        }
    }

    private List<int[]> encode(Document document) {
        List<int[]> encoded = new ArrayList<>();
        for (String sentence : sentences.split(document.text())) {
            int[] ids = tokenizer.encodeIds(sentence, false);
            if (ids.length > 0) {
                encoded.add(ids);
            }
        }
        return encoded;
    }

    private static <T> T await(Future<T> result) {
        try {
            return result.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CorpusException("interrupted while encoding", e);
        } catch (ExecutionException e) {
            throw new CorpusException("a document could not be encoded: " + e.getCause(), e);
        }
    }

    /// {@return what the tokens are a function of: the files' names, sizes and times, their format, the
    /// sentences, the tokenizer}
    byte[] fingerprint() {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (TextSource source : sources) {
                add(digest, source.format());
                for (Path file : source.files()) {
                    add(
                            digest,
                            file.getFileName() + " " + Files.size(file) + " "
                                    + Files.getLastModifiedTime(file).toMillis());
                }
            }
            add(digest, sentences.name());
            add(digest, tokenizer.toJson());
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void add(MessageDigest digest, String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
    }
}
