package dev.mokha.bench;

import dev.mokha.testkit.SchemaJudge;
import dev.mokha.text.grammar.Constraint;
import dev.mokha.text.grammar.Grammar;
import dev.mokha.text.grammar.GrammarException;
import dev.mokha.text.grammar.SchemaOptions;
import dev.mokha.text.grammar.SchemaReading;
import dev.mokha.text.grammar.TokenVocabulary;
import dev.mokha.text.tokenizer.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// JSON Schemas in bulk: how many are supported, whether what is drawn under them is valid, whether instances
/// known to be valid or not are taken or refused, and what compiling and masks cost.
///
/// `GrammarBench TOKENIZER FOLDER... [--texts N] [--tokens N] [--every N] [--one-of-as-any-of] [--show N]`:
/// every `.json` below a folder is `{"schema": …, "tests": [{"valid": …, "data": …}]}` or a list of such
/// (MaskBench of JSONSchemaBench; the JSON Schema Test Suite). Of each schema, `N` texts are drawn evenly
/// from the allowed tokens and brought to an end after `N` tokens; an independent validator judges them.
/// Instances are checked with {@link SchemaReading#LITERAL}.
final class GrammarBench {
    private static final long SLOW = 2_000_000_000L;
    private static final Pattern KEYWORD = Pattern.compile("the schema, at \\S+: (\\S+)");

    private final Tokenizer tokenizer;
    private final TokenVocabulary vocabulary;
    private final PrintStream out;
    private final SchemaOptions options;
    private final int texts;
    private final int tokens;
    private int shown;

    private final Times compiling = new Times();
    private final Times firstMask = new Times();
    private final Times drawnMasks = new Times();
    private final Times instanceMasks = new Times();
    private final Map<String, Integer> refused = new TreeMap<>();
    private int schemas;
    private int supported;
    private int impossible;
    private int drawn;
    private int drawnValid;
    private int unjudged;
    private final int[] instances = new int[2]; // invalid, valid
    private final int[] taken = new int[2];
    private long mostMemory;

    private GrammarBench(
            Tokenizer tokenizer, PrintStream out, SchemaOptions options, int texts, int tokens, int shown) {
        this.tokenizer = tokenizer;
        int end = tokenizer.addedTokens().stream()
                .mapToInt(token -> tokenizer.id(token.content()))
                .min()
                .orElseThrow(
                        () -> new IllegalArgumentException("the tokenizer has no special token to end a text with"));
        this.vocabulary = TokenVocabulary.of(tokenizer, end);
        this.out = out;
        this.options = options;
        this.texts = texts;
        this.tokens = tokens;
        this.shown = shown;
    }

    /// Prints the figures.
    public static void main(String[] args) throws IOException {
        var names = new ArrayList<Path>();
        int texts = 2;
        int tokens = 100;
        int every = 1;
        int shown = 20;
        SchemaOptions options = SchemaOptions.DEFAULT;
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--texts" -> texts = Integer.parseInt(args[++i]);
                case "--tokens" -> tokens = Integer.parseInt(args[++i]);
                case "--every" -> every = Integer.parseInt(args[++i]);
                case "--show" -> shown = Integer.parseInt(args[++i]);
                case "--one-of-as-any-of" -> options = options.withOneOfAsAnyOf(true);
                default -> names.add(Path.of(args[i]));
            }
        }
        Tokenizer tokenizer = Tokenizer.load(names.removeFirst());
        new GrammarBench(tokenizer, System.out, options, texts, tokens, shown).run(names, every);
    }

    private void run(List<Path> folders, int every) throws IOException {
        var files = new ArrayList<Path>();
        for (Path folder : folders) {
            try (var paths = Files.walk(folder)) {
                paths.filter(path -> path.toString().endsWith(".json")).sorted().forEach(files::add);
            }
        }
        for (int i = 0; i < files.size(); i += every) {
            JsonNode file = JsonMapper.shared().readTree(Files.readString(files.get(i)));
            for (JsonNode entry : file.isArray() ? file : List.of(file)) {
                if (entry.has("schema")) {
                    schema(
                            files.get(i).getFileName() + " "
                                    + entry.path("description").asString(""),
                            entry);
                }
            }
        }
        report();
    }

    private void schema(String name, JsonNode entry) {
        schemas++;
        String schema = entry.get("schema").toString();
        Grammar grammar;
        long start = System.nanoTime();
        try {
            grammar = Grammar.jsonSchema(schema, options);
        } catch (GrammarException e) {
            compiled(name, System.nanoTime() - start);
            if (e.getMessage().contains("matches no text")) {
                impossible++;
            } else {
                var keyword = KEYWORD.matcher(e.getMessage());
                refused.merge(keyword.find() ? keyword.group(1) : e.getMessage(), 1, Integer::sum);
            }
            return;
        }
        compiled(name, System.nanoTime() - start);
        supported++;
        var constraint = new Constraint(grammar, vocabulary);
        draw(name, entry.get("schema"), constraint);
        mostMemory = Math.max(mostMemory, constraint.memoryUsed());
        if (entry.has("tests")) {
            instances(name, schema, entry.get("tests"));
        }
    }

    private void compiled(String name, long nanos) {
        compiling.add(nanos);
        if (nanos > SLOW) {
            show("SLOW " + name + ": " + nanos / 1_000_000 + " ms");
        }
    }

    private void draw(String name, JsonNode schema, Constraint constraint) {
        var validator = new SchemaJudge(schema);
        var random = new SplittableRandom(schema.hashCode());
        long[] mask = new long[vocabulary.words()];
        for (int i = 0; i < texts; i++) {
            var matcher = constraint.matcher();
            var text = new ByteArrayOutputStream();
            while (!matcher.finished() && matcher.length() < tokens) {
                long start = System.nanoTime();
                matcher.mask(mask);
                long nanos = System.nanoTime() - start;
                (i == 0 && matcher.length() == 0 ? firstMask : drawnMasks).add(nanos);
                int id = any(mask, random);
                if (!matcher.accept(id)) {
                    throw new IllegalStateException("the mask allows " + id + ", which is refused, after " + text);
                }
                byte[] bytes = vocabulary.bytes(id);
                text.writeBytes(bytes == null ? new byte[0] : bytes);
            }
            text.writeBytes(matcher.finished() ? new byte[0] : matcher.shortestEnd());
            String json = text.toString(StandardCharsets.UTF_8);
            String verdict = validator.judge(json);
            if (verdict == null) {
                unjudged++;
                continue;
            }
            drawn++;
            if (verdict.isEmpty()) {
                drawnValid++;
            } else {
                show("NOT VALID " + name + "\n  " + json + "\n  " + verdict);
            }
        }
    }

    /// Evenly from the set bits.
    private static int any(long[] mask, SplittableRandom random) {
        int count = 0;
        for (long word : mask) {
            count += Long.bitCount(word);
        }
        if (count == 0) {
            throw new IllegalStateException("nothing is allowed, and the text may not end");
        }
        int wanted = random.nextInt(count);
        for (int i = 0; ; i++) {
            int here = Long.bitCount(mask[i]);
            if (wanted < here) {
                long word = mask[i];
                for (; wanted > 0; wanted--) {
                    word &= word - 1;
                }
                return i * 64 + Long.numberOfTrailingZeros(word);
            }
            wanted -= here;
        }
    }

    private void instances(String name, String schema, JsonNode tests) {
        Grammar literal;
        try {
            literal = Grammar.jsonSchema(schema, options.withReading(SchemaReading.LITERAL));
        } catch (GrammarException e) {
            refused.merge("(literal) " + e.getMessage(), 1, Integer::sum);
            return;
        }
        var constraint = new Constraint(literal, vocabulary);
        long[] mask = new long[vocabulary.words()];
        for (JsonNode test : tests) {
            int valid = test.get("valid").asBoolean() ? 1 : 0;
            var matcher = constraint.matcher();
            String json = test.get("data").toString();
            boolean fits = true;
            for (int id : tokenizer.encodeIds(json, false)) {
                long start = System.nanoTime();
                matcher.mask(mask);
                long nanos = System.nanoTime() - start;
                instanceMasks.add(nanos);
                if (nanos > SLOW / 20) {
                    show("SLOW MASK " + name + ": " + nanos / 1_000_000 + " ms in " + json);
                }
                boolean allowed = (mask[id >> 6] >>> id & 1) != 0;
                if (allowed != matcher.accept(id)) {
                    throw new IllegalStateException("mask and acceptance differ at " + id + " in " + json);
                }
                if (!allowed) {
                    fits = false;
                    break;
                }
            }
            instances[valid]++;
            if (fits && matcher.mayEnd()) {
                taken[valid]++;
                if (valid == 0) {
                    show("TAKEN THOUGH INVALID " + name + "\n  " + json);
                }
            }
        }
    }

    private void show(String line) {
        if (shown-- > 0) {
            out.println(line);
        }
    }

    private void report() {
        out.printf("vocabulary %,d tokens%n", vocabulary.size());
        out.printf("schemas %,d, supported %,d, fit no text %,d%n", schemas, supported, impossible);
        refused.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .limit(40)
                .forEach(entry -> out.printf("  refused by %s: %,d%n", entry.getKey(), entry.getValue()));
        out.printf("drawn %,d, valid %,d, not judged %,d%n", drawn, drawnValid, unjudged);
        out.printf(
                "valid instances %,d, taken %,d; invalid instances %,d, taken %,d%n",
                instances[1], taken[1], instances[0], taken[0]);
        out.println("compile, µs: " + compiling);
        out.println("first mask, µs: " + firstMask);
        out.println("masks on drawn texts, µs: " + drawnMasks);
        out.println("masks on instances, µs: " + instanceMasks);
        out.printf("most memory of one constraint: %.1f MB%n", mostMemory / 1e6);
    }
}
