package dev.mokha.bench;

import dev.mokha.text.tokenizer.model.Merge;
import dev.mokha.text.train.BpeVocabulary;
import dev.mokha.text.train.ByteLevelBpeTraining;
import dev.mokha.text.train.PreTokenizerSplitter;
import dev.mokha.text.train.TrainingLimits;
import dev.mokha.text.train.TrainingProgress;
import dev.mokha.text.train.WordCounting;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;

/// Byte-level BPE training, timed against `peers/train_tokenizer.py` in turns, and the merges of both compared.
///
/// `TrainTokenizer PYTHON FILE.jsonl.gz [VOCAB [THREADS [ROUNDS]]]`; run in the repository's root. The first round of
/// each is a warm-up and not counted; reading the file is not timed.
public final class TrainTokenizer {
    private TrainTokenizer() {}

    /// @param arguments as above
    public static void main(String[] arguments) throws IOException, InterruptedException {
        PrintStream out = System.out;
        String python = arguments[0];
        Path file = Path.of(arguments[1]);
        int vocab = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 32_000;
        int threads = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 2;
        int rounds = arguments.length > 4 ? Integer.parseInt(arguments[4]) : 3;
        List<String> documents = JsonLines.read(file, "text");
        var training = new ByteLevelBpeTraining(
                TrainingLimits.of(vocab),
                List.of("<|endoftext|>"),
                PreTokenizerSplitter.gpt2(),
                new WordCounting(threads, 10_000_000));
        Path peerMerges = Files.createTempFile("merges", ".txt");
        double ours = Double.MAX_VALUE;
        double theirs = Double.MAX_VALUE;
        List<String> merges = List.of();
        for (int round = 0; round <= rounds; round++) {
            long start = System.nanoTime();
            BpeVocabulary learned = training.train(documents, TrainingProgress.SILENT);
            double seconds = (System.nanoTime() - start) / 1e9;
            double peer = peer(python, file, vocab, threads, peerMerges);
            out.printf(Locale.ROOT, "round %d: mokha %.2f s, tokenizers %.2f s%n", round, seconds, peer);
            if (round > 0) {
                ours = Math.min(ours, seconds);
                theirs = Math.min(theirs, peer);
            }
            merges = learned.merges().stream().map(TrainTokenizer::line).toList();
        }
        List<String> expected = Files.readAllLines(peerMerges);
        Files.delete(peerMerges);
        int same = 0;
        while (same < Math.min(merges.size(), expected.size())
                && merges.get(same).equals(expected.get(same))) {
            same++;
        }
        out.printf(
                Locale.ROOT,
                "%,d documents, vocabulary %,d, %d threads: best %.2f s against %.2f s, %.1f x; %,d of %,d merges equal%n",
                documents.size(),
                vocab,
                threads,
                ours,
                theirs,
                theirs / ours,
                same,
                expected.size());
    }

    private static String line(Merge merge) {
        return merge.left() + " " + merge.right();
    }

    private static double peer(String python, Path file, int vocab, int threads, Path merges)
            throws IOException, InterruptedException {
        var builder = new ProcessBuilder(
                        python,
                        "bench/peers/train_tokenizer.py",
                        file.toString(),
                        "--vocab",
                        Integer.toString(vocab),
                        "--out",
                        merges.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("RAYON_NUM_THREADS", Integer.toString(threads));
        Process process = builder.start();
        String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(
                    "the peer ended with " + process.exitValue() + ": is tokenizers installed in " + python);
        }
        return new JsonMapper().readTree(answer).get("seconds").asDouble();
    }
}
