package dev.mokha.language.masking;

import dev.mokha.language.corpus.CorpusException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/// A corpus as tokens that remembers where its sentences and documents end: in memory, or a mapped file.
/// Sentences and documents without tokens are not in it.
///
/// Three tables: every token in order; for each sentence the position after its last token; for each
/// document the number of the sentence after its last.
public final class SentenceStore implements AutoCloseable {
    static final ValueLayout.OfInt TOKEN = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfLong POSITION = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MemorySegment tokens;
    private final MemorySegment sentenceEnds;
    private final MemorySegment documentEnds;
    private final int documents;
    private final long sentences;
    private final Runnable close;

    SentenceStore(MemorySegment tokens, MemorySegment sentenceEnds, MemorySegment documentEnds, Runnable close) {
        this.tokens = tokens;
        this.sentenceEnds = sentenceEnds;
        this.documentEnds = documentEnds;
        this.documents = Math.toIntExact(documentEnds.byteSize() / Long.BYTES);
        this.sentences = sentenceEnds.byteSize() / Long.BYTES;
        this.close = close;
    }

    /// A store in memory.
    ///
    /// @param documents each a list of sentences
    /// @throws CorpusException when there is no token in them
    public static SentenceStore of(List<List<int[]>> documents) {
        long tokens = 0;
        long sentences = 0;
        int filled = 0;
        for (List<int[]> document : documents) {
            long before = tokens;
            for (int[] sentence : document) {
                tokens += sentence.length;
                sentences += sentence.length > 0 ? 1 : 0;
            }
            filled += tokens > before ? 1 : 0;
        }
        if (filled == 0) {
            throw new CorpusException("the documents hold no token");
        }
        var ids = MemorySegment.ofArray(new long[Math.toIntExact((tokens + 1) / 2)])
                .asSlice(0, 4 * tokens);
        var ends = MemorySegment.ofArray(new long[Math.toIntExact(sentences)]);
        var lasts = MemorySegment.ofArray(new long[filled]);
        long token = 0;
        long sentence = 0;
        int document = 0;
        for (List<int[]> one : documents) {
            long before = sentence;
            for (int[] text : one) {
                if (text.length > 0) {
                    MemorySegment.copy(text, 0, ids, TOKEN, 4 * token, text.length);
                    token += text.length;
                    ends.set(POSITION, 8 * sentence++, token);
                }
            }
            if (sentence > before) {
                lasts.set(POSITION, 8L * document++, sentence);
            }
        }
        return new SentenceStore(ids, ends, lasts, () -> {});
    }

    /// {@return the number of documents}
    public int documents() {
        return documents;
    }

    /// {@return the number of sentences of all documents}
    public long sentences() {
        return sentences;
    }

    /// {@return the number of tokens of all sentences}
    public long tokens() {
        return tokens.byteSize() / Integer.BYTES;
    }

    /// {@return the number of a document's first sentence; that of the document after the last is
    /// [#sentences]}
    public long firstSentence(int document) {
        return document == 0 ? 0 : documentEnds.get(POSITION, 8L * (document - 1));
    }

    /// {@return the document that a sentence is of}
    public int document(long sentence) {
        int low = 0;
        int high = documents() - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sentence < firstSentence(middle + 1)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /// {@return the position of a sentence's first token; that of the sentence after the last is [#tokens]}
    public long firstToken(long sentence) {
        return sentence == 0 ? 0 : sentenceEnds.get(POSITION, 8 * (sentence - 1));
    }

    /// Copies tokens, whatever sentence they are of.
    ///
    /// @param from the first token's position
    public void copy(long from, int[] into, int at, int length) {
        MemorySegment.copy(tokens, TOKEN, 4 * from, into, at, length);
    }

    @Override
    public void close() {
        close.run();
    }
}
