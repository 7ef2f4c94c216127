package dev.mokha.bench;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.mokha.text.tokenizer.Tokenizer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Encodes the same text with the same `tokenizer.json` here and in the Rust library behind
/// `ai.djl.huggingface:tokenizers`, on one thread: are the ids identical, and which is faster?
///
/// `TokenizerBench FOLDER TEXT... [--chars N] [--rounds N]`: the folder holds `NAME/tokenizer.json`, a text
/// is plain, or JSON lines with a key `text`, gzipped or not; `N` characters are taken of each. The awkward
/// texts of `fixtures/tokenizers/texts.json` are mixed in when the folder has them.
final class TokenizerBench {
    private static final int PIECE = 2_000; // characters given to an encoder at once, about a paragraph or a page
    private final PrintStream out;
    private final int rounds;

    private TokenizerBench(PrintStream out, int rounds) {
        this.out = out;
        this.rounds = rounds;
    }

    /// Prints one line for each tokenizer.
    public static void main(String[] args) throws IOException {
        System.setProperty("ai.djl.offline", "true");
        var names = new ArrayList<String>();
        int chars = 3_000_000;
        int rounds = 3;
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--chars" -> chars = Integer.parseInt(args[++i]);
                case "--rounds" -> rounds = Integer.parseInt(args[++i]);
                default -> names.add(args[i]);
            }
        }
        if (names.size() < 2) {
            throw new IllegalArgumentException("give a folder of tokenizers and at least one text file");
        }
        Path folder = Path.of(names.getFirst());
        var texts = new ArrayList<String>();
        for (String name : names.subList(1, names.size())) {
            read(Path.of(name), chars, texts);
        }
        if (Files.exists(folder.resolve("texts.json"))) {
            mixIn(JsonMapper.shared().readTree(Files.readString(folder.resolve("texts.json"))), texts);
        }
        var bench = new TokenizerBench(System.out, rounds);
        bench.header(texts);
        try (var list = Files.list(folder)) {
            for (Path tokenizer : list.sorted().toList()) {
                if (Files.exists(tokenizer.resolve("tokenizer.json"))) {
                    bench.compare(tokenizer.resolve("tokenizer.json"), texts);
                }
            }
        }
    }

    private static void read(Path file, int chars, List<String> out) throws IOException {
        InputStream raw = Files.newInputStream(file);
        String name = file.getFileName().toString();
        try (InputStream in = name.endsWith(".gz") ? new GZIPInputStream(raw) : raw) {
            var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            int left = chars;
            for (String line = reader.readLine(); line != null && left > 0; line = reader.readLine()) {
                String text = name.contains(".jsonl")
                        ? JsonMapper.shared().readTree(line).path("text").asString()
                        : line;
                text = text.substring(0, Math.min(left, text.length()));
                left -= text.length();
                for (int from = 0; from < text.length(); ) {
                    int to = Math.min(text.length(), from + PIECE);
                    if (to < text.length() && Character.isLowSurrogate(text.charAt(to))) {
                        to++;
                    }
                    out.add(text.substring(from, to));
                    from = to;
                }
            }
        }
    }

    /// Awkward texts between the others, again and again: a tenth of all.
    private static void mixIn(JsonNode awkward, List<String> texts) {
        var list = StreamSupport.stream(awkward.spliterator(), false)
                .map(JsonNode::stringValue)
                .filter(text -> !text.isEmpty() && text.indexOf('\0') < 0)
                .toList();
        var mixed = new ArrayList<String>();
        for (int i = 0; i < texts.size(); i++) {
            mixed.add(texts.get(i));
            mixed.add(list.get(i % list.size()));
            mixed.add(texts.get(i).substring(0, texts.get(i).length() / 40) + list.get((i * 7) % list.size()));
        }
        texts.clear();
        texts.addAll(mixed);
        texts.removeIf(String::isEmpty);
        texts.replaceAll(TokenizerBench::whole);
    }

    private static String whole(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    private static long bytes(List<String> texts) {
        return texts.stream()
                .mapToLong(text -> text.getBytes(StandardCharsets.UTF_8).length)
                .sum();
    }

    private void header(List<String> texts) {
        out.printf(
                Locale.ROOT,
                "%d texts, %.2f MB of UTF-8, one thread, best of %d rounds%n",
                texts.size(),
                bytes(texts) / 1e6,
                rounds);
        out.printf(
                "%-16s %12s %10s %12s %12s %12s %8s %8s%n",
                "tokenizer", "tokens", "differing", "ids MB/s", "full MB/s", "peer MB/s", "ids", "full");
    }

    private void compare(Path file, List<String> texts) throws IOException {
        var ours = Tokenizer.load(file);
        try (var peer = HuggingFaceTokenizer.builder()
                .optTokenizerPath(file)
                .optTruncation(false)
                .optPadding(false)
                .build()) {
            long tokens = 0;
            int differing = 0;
            for (String text : texts) {
                int[] ids = ours.encodeIds(text);
                tokens += ids.length;
                int[] theirs = Arrays.stream(peer.encode(text).getIds())
                        .mapToInt(Math::toIntExact)
                        .toArray();
                if (!Arrays.equals(ids, theirs)) {
                    differing++;
                }
            }
            double mb = bytes(texts) / 1e6;
            double idsRate = 0;
            double fullRate = 0;
            double peerRate = 0;
            for (int round = 0; round < rounds; round++) {
                idsRate = Math.max(idsRate, mb / seconds(texts, text -> ours.encodeIds(text).length));
                fullRate = Math.max(
                        fullRate, mb / seconds(texts, text -> ours.encode(text).size()));
                peerRate = Math.max(
                        peerRate, mb / seconds(texts, text -> peer.encode(text).getIds().length));
            }
            out.printf(
                    Locale.ROOT,
                    "%-16s %12d %10d %12.1f %12.1f %12.1f %7.1fx %7.1fx%n",
                    file.toAbsolutePath().getName(file.toAbsolutePath().getNameCount() - 2),
                    tokens,
                    differing,
                    idsRate,
                    fullRate,
                    peerRate,
                    idsRate / peerRate,
                    fullRate / peerRate);
        }
    }

    private interface Encode {
        int tokens(String text);
    }

    /// Processor time of this thread, so that a busy machine slows neither down more than the other.
    private static double seconds(List<String> texts, Encode encode) {
        var threads = ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        long tokens = 0;
        for (String text : texts) {
            tokens += encode.tokens(text);
        }
        long end = threads.getCurrentThreadCpuTime();
        if (tokens == 0) {
            throw new IllegalStateException("no tokens came out");
        }
        return (end - start) / 1e9;
    }
}
