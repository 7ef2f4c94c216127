package dev.mokha.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.knowledge.triples.BadLines;
import dev.mokha.knowledge.triples.Fact;
import dev.mokha.knowledge.triples.FactFile;
import dev.mokha.knowledge.triples.FactSink;
import dev.mokha.knowledge.triples.Split;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FactProgressTest {
    @TempDir
    private Path folder;

    @Test
    void aLineComesEveryTenSecondsWithTheTimeLeft() {
        var err = new StringWriter();
        var clock = new AtomicLong();
        try (var progress = new FactProgress(new PrintWriter(err), FactProgress.Work.bytes("a.nt", 1000), clock::get)) {
            for (int second = 1; second <= 50; second++) {
                clock.set(Duration.ofSeconds(second).toNanos());
                progress.passed();
                progress.at(20L * second);
            }
        }
        assertThat(err.toString().lines())
                .containsExactly(
                        "a.nt: 20 %, 10 facts, 40s left",
                        "a.nt: 40 %, 20 facts, 30s left",
                        "a.nt: 60 %, 30 facts, 20s left",
                        "a.nt: 80 %, 40 facts, 10s left",
                        "a.nt: 100 %, 50 facts");
    }

    @Test
    void bytesAreThoseOfTheFileAsItLies() throws IOException {
        Path file = folder.resolve("a.tsv.gz");
        var random = new Random(5);
        try (var out = new GZIPOutputStream(Files.newOutputStream(file))) {
            for (int i = 0; i < 50_000; i++) {
                out.write((random.nextLong() + "\tr\tb\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
            }
        }
        List<Long> read = new ArrayList<>();
        FactFile.of(file).read(new BadLines(0), new FactSink() {
            @Override
            public void fact(Fact fact, long line, String snapshot, Split split) {}

            @Override
            public void read(long bytes) {
                read.add(bytes);
            }
        });
        assertThat(read).isSorted().hasSizeGreaterThan(3).last().isEqualTo(Files.size(file));
    }
}
