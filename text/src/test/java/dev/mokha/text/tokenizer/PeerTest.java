package dev.mokha.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Against the native library itself, where it loads.
final class PeerTest {
    static Stream<String> kinds() {
        return Fixtures.KINDS.stream();
    }

    @BeforeAll
    static void offline() {
        System.setProperty("ai.djl.offline", "true"); // the native library is in the jar; nothing may be fetched
    }

    private static HuggingFaceTokenizer peer(String kind) {
        try {
            return HuggingFaceTokenizer.builder()
                    .optTokenizerPath(Fixtures.file(kind))
                    .optTruncation(false)
                    .optPadding(false)
                    .build();
        } catch (IOException | UnsatisfiedLinkError | ExceptionInInitializerError | NoClassDefFoundError e) {
            return abort("the native tokenizers library does not load here: " + e);
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void idsAreThoseOfTheNativeLibrary(String kind) {
        var tokenizer = Fixtures.load(kind);
        try (var peer = peer(kind)) {
            for (String text : Fixtures.texts()) {
                if (text.isEmpty() || text.indexOf('\0') >= 0) {
                    continue; // the peer's Java side refuses these
                }
                assertThat(same(peer, tokenizer, text)).as(text).isTrue();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama3", "t5", "bert"})
    void everyCharacterGivesTheIdsOfTheNativeLibrary(String kind) {
        var tokenizer = Fixtures.load(kind);
        var differing = new StringBuilder();
        int last = Integer.getInteger("mokha.peer.lastCodePoint", 0xFFFF);
        try (var peer = peer(kind)) {
            for (int block = 0; block < last; block += 256) {
                var text = new StringBuilder();
                for (int c = Math.max(1, block); c < block + 256; c++) {
                    if (c < 0xD800 || c >= 0xE000) {
                        text.append('a').appendCodePoint(c).append("b ");
                    }
                }
                if (!text.isEmpty() && !same(peer, tokenizer, text.toString())) {
                    for (int c = Math.max(1, block); c < block + 256; c++) {
                        if (!same(peer, tokenizer, "a" + Character.toString(c) + "b")) {
                            differing.append(Integer.toHexString(c)).append(' ');
                        }
                    }
                    differing
                            .append("in block ")
                            .append(Integer.toHexString(block))
                            .append("; ");
                }
            }
        }
        assertThat(differing.toString()).isEmpty();
    }

    private static boolean same(HuggingFaceTokenizer peer, Tokenizer tokenizer, String text) {
        return Arrays.equals(
                Arrays.stream(peer.encode(text).getIds())
                        .mapToInt(Math::toIntExact)
                        .toArray(),
                tokenizer.encodeIds(text));
    }
}
