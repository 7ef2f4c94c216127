package dev.mokha.text.tokenizer;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/// Whatever a `tokenizer.json` holds, reading it ends with a tokenizer that encodes and decodes, or with one of the
/// exceptions that callers are told of.
///
/// To search for more: `JAZZER_FUZZ=1` in the environment, and the JVM property
/// `jazzer.disabled_hooks=com.code_intelligence.jazzer.sanitizers.RegexInjection`, since a `tokenizer.json` does bring
/// regular expressions; their syntax is checked and their steps are bounded.
final class TokenizerFuzzTest {
    @FuzzTest
    void aHostileFileGivesANamedError(byte[] data) {
        Tokenizer tokenizer;
        try {
            tokenizer = Tokenizer.parse(new String(data, StandardCharsets.UTF_8), "fuzz.json");
        } catch (TokenizerFormatException _) {
            return;
        }
        try {
            var encoding = tokenizer.encode("a Bé<s> 12\u0301 漢👍  x\r\n");
            tokenizer.decode(encoding.ids(), true);
            tokenizer.toJson();
        } catch (IllegalArgumentException | IllegalStateException _) {
            // the text needs an unknown token that the file lacks, or truncation leaves no room, as the message says
        }
    }
}
