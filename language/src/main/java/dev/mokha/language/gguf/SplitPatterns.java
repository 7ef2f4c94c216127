package dev.mokha.language.gguf;

import dev.mokha.text.tokenizer.normal.Form;
import dev.mokha.text.tokenizer.normal.Normalizer;
import dev.mokha.text.tokenizer.normal.TextPattern;
import dev.mokha.text.tokenizer.split.Behavior;
import dev.mokha.text.tokenizer.split.PreTokenizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How byte-level tokenizers cut text into words, by their names in `tokenizer.ggml.pre`: the patterns that the
/// published `tokenizer.json` of each has.
///
/// @param patterns each cuts what the ones before it left; matches are words of their own
/// @param gpt2Last whether GPT-2's own pattern comes behind them
/// @param ignoreMerges a word that is a piece becomes that piece, whatever the merges say
/// @param beginsText whether a text begins with the token for it where the file does not say
/// @param composed whether text is composed (NFC) first, which llama.cpp leaves out
record SplitPatterns(
        List<String> patterns, boolean gpt2Last, boolean ignoreMerges, boolean beginsText, boolean composed) {
    private static final String LLAMA3 = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|"
            + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    private static final String QWEN2 = LLAMA3.replace("\\p{N}{1,3}", "\\p{N}");
    private static final String CASED = "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*"
            + "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+ENDING|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+"
            + "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*ENDING|NUMBER| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    private static final String TEKKEN = CASED.replace("ENDING", "").replace("NUMBER", "\\p{N}");
    private static final String GPT4O =
            CASED.replace("ENDING", "(?i:'s|'t|'re|'ve|'m|'ll|'d)?").replace("NUMBER", "\\p{N}{1,3}");

    private static final SplitPatterns GPT2_KIND = new SplitPatterns(List.of(), true, false, false, false);
    private static final SplitPatterns DIGITS_KIND = new SplitPatterns(List.of("\\p{N}"), true, false, false, false);
    private static final SplitPatterns LLAMA3_KIND = new SplitPatterns(List.of(LLAMA3), false, true, true, false);
    private static final SplitPatterns LLAMA3_BY_MERGES =
            new SplitPatterns(List.of(LLAMA3), false, false, false, false);
    private static final SplitPatterns QWEN2_KIND = new SplitPatterns(List.of(QWEN2), false, false, false, true);
    private static final SplitPatterns TEKKEN_KIND = new SplitPatterns(List.of(TEKKEN), false, true, true, false);
    private static final SplitPatterns GPT4O_KIND = new SplitPatterns(List.of(GPT4O), false, false, false, false);

    /// llama.cpp's own, for files that do not say: no published tokenizer's.
    private static final SplitPatterns DEFAULT_KIND = new SplitPatterns(
            List.of(
                    "[\\p{P}\\$\\+<=>\\^~\\|]+",
                    "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)",
                    "\\p{N}+",
                    "[0-9][0-9][0-9]"),
            false,
            false,
            false,
            false);

    private static final Map<String, SplitPatterns> NAMED = named();

    private static Map<String, SplitPatterns> named() {
        var all = new LinkedHashMap<String, SplitPatterns>();
        put(all, DEFAULT_KIND, "default");
        put(all, LLAMA3_KIND, "llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2");
        put(all, LLAMA3_BY_MERGES, "smaug-bpe", "dbrx", "glm4", "chatglm-bpe");
        put(all, QWEN2_KIND, "qwen2", "deepseek-r1-qwen", "kormo", "megrez");
        put(all, GPT2_KIND, "gpt-2", "phi-2", "mpt", "olmo", "jais", "trillion", "gigachat", "a.x-4.0", "mellum");
        put(all, DIGITS_KIND, "smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b");
        put(all, TEKKEN_KIND, "tekken");
        put(all, GPT4O_KIND, "gpt-4o", "llama4", "kanana2");
        return all;
    }

    private static void put(Map<String, SplitPatterns> all, SplitPatterns kind, String... names) {
        for (String name : names) {
            all.put(name, kind);
        }
    }

    static SplitPatterns of(GgufKeys keys, String key) {
        String name = keys.text(key, "default");
        @Nullable SplitPatterns kind = NAMED.get(name);
        if (kind == null) {
            throw keys.wrong(key, "ways to cut text that are known: " + String.join(", ", NAMED.keySet()));
        }
        return kind;
    }

    /// {@return the name under which llama.cpp knows a way to cut text, or null where it has none}
    /// @param ignoreMerges as the tokenizer's model has it
    static @Nullable String name(@Nullable PreTokenizer preTokenizer, boolean ignoreMerges) {
        for (Map.Entry<String, SplitPatterns> entry : NAMED.entrySet()) {
            SplitPatterns kind = entry.getValue();
            if (kind.ignoreMerges == ignoreMerges && kind.preTokenizers().contains(preTokenizer)) {
                return entry.getKey();
            }
        }
        return null;
    }

    PreTokenizer preTokenizer() {
        return preTokenizers().getFirst();
    }

    /// All that cut in the same way; the first is the usual one.
    private List<PreTokenizer> preTokenizers() {
        var steps = new ArrayList<PreTokenizer>();
        for (String pattern : patterns) {
            steps.add(new PreTokenizer.Split(new TextPattern.Regex(pattern), Behavior.ISOLATED, false));
        }
        var last = new PreTokenizer.ByteLevel(false, true, gpt2Last);
        steps.add(last);
        var all = new ArrayList<PreTokenizer>();
        all.add(steps.size() == 1 ? last : new PreTokenizer.Sequence(steps));
        if (equals(DIGITS_KIND)) {
            all.addFirst(new PreTokenizer.Sequence(List.of(new PreTokenizer.Digits(true), last)));
        }
        for (PreTokenizer one : List.copyOf(all)) {
            all.add(untrimmed(one));
        }
        return all;
    }

    /// The same with the flag the other way that changes offsets only.
    private static PreTokenizer untrimmed(PreTokenizer one) {
        return switch (one) {
            case PreTokenizer.ByteLevel(boolean prefix, boolean _, boolean regex) ->
                new PreTokenizer.ByteLevel(prefix, false, regex);
            case PreTokenizer.Sequence(List<PreTokenizer> steps) ->
                new PreTokenizer.Sequence(
                        steps.stream().map(SplitPatterns::untrimmed).toList());
            default -> one;
        };
    }

    @Nullable
    Normalizer normalizer() {
        return composed ? new Normalizer.Unicode(Form.NFC) : null;
    }
}
