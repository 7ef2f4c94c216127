package dev.mokha.language.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.language.corpus.CorpusException;
import dev.mokha.nn.fit.Batches;
import dev.mokha.testkit.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RecordedExamplesTest {
    private static final Path OFFICIAL = Golden.path("tfrecord/examples.tfrecord");

    @TempDir
    private Path folder;

    @Test
    void anyExampleOfSeveralFilesIsReadByItsNumber() {
        List<Masked> three = ExampleFileTest.read(OFFICIAL);
        try (var examples = RecordedExamples.open(List.of(OFFICIAL, OFFICIAL))) {
            assertThat(examples.size()).isEqualTo(6);
            for (int number : new int[] {4, 0, 5, 2, 3, 1}) {
                assertThat(examples.example(number)).isEqualTo(three.get(number % 3));
            }
        }
    }

    @Test
    void batchesGoOnFromAPosition() {
        try (var examples = RecordedExamples.open(List.of(OFFICIAL, OFFICIAL))) {
            Batches<List<Masked>> whole = examples.batches(2, 5);
            assertThat(whole.perEpoch()).isEqualTo(3);
            List<Masked> epoch = new ArrayList<>();
            IntStream.range(0, 3).forEach(_ -> epoch.addAll(whole.next()));
            assertThat(epoch)
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, 6).mapToObj(examples::example).toList());
            Batches<List<Masked>> resumed = examples.batches(2, 5);
            resumed.restore(whole.position());
            assertThat(resumed.next()).isEqualTo(whole.next());
        }
    }

    @Test
    void damageIsFoundWhenTheFileIsOpenedOrTheExampleIsRead() throws IOException {
        byte[] whole = Files.readAllBytes(OFFICIAL);
        Path cut = Files.write(folder.resolve("cut.tfrecord"), Arrays.copyOf(whole, whole.length - 1));
        assertThatThrownBy(() -> RecordedExamples.open(List.of(OFFICIAL, cut)))
                .isInstanceOf(CorpusException.class)
                .hasMessageStartingWith(cut + ", record 3: the file ends in the middle of it");
        Path head = Files.write(folder.resolve("head.tfrecord"), Arrays.copyOf(whole, 5));
        assertThatThrownBy(() -> RecordedExamples.open(List.of(head)))
                .hasMessageStartingWith(head + ", record 1: the file ends in the middle of its length");
        whole[100] ^= 1;
        Path broken = Files.write(folder.resolve("broken.tfrecord"), whole);
        try (var examples = RecordedExamples.open(List.of(OFFICIAL, broken))) {
            assertThatThrownBy(() -> examples.example(3))
                    .isInstanceOf(CorpusException.class)
                    .hasMessageStartingWith(broken + ", record 1: its checksum is wrong");
            assertThat(examples.example(4)).isEqualTo(examples.example(1));
        }
    }

    @Test
    void noExampleAndCompressedFilesAreRefused() throws IOException {
        Path empty = Files.createFile(folder.resolve("empty.tfrecord"));
        assertThatThrownBy(() -> RecordedExamples.open(List.of(empty))).hasMessageContaining("no example in");
        assertThatThrownBy(() -> RecordedExamples.open(List.of(folder.resolve("a.tfrecord.gz"))))
                .hasMessageContaining("gunzip");
    }
}
