package dev.mokha.language.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.nn.metric.Span;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConllFileTest {
    @TempDir
    Path folder;

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("a.txt"), text);
    }

    @Test
    void sentencesEndAtBlankLinesAndDocumentsAtTheirMark() throws IOException {
        Path file = write("-DOCSTART- -X- O O\n\nEU NNP I-NP I-ORG\nrejects VBZ I-VP O\n\n\nPeter NNP I-NP I-PER");
        List<TaggedWords> sentences = ConllFile.of(file).read(BadRows.stop());
        assertThat(sentences).hasSize(2);
        assertThat(sentences.getFirst().words()).containsExactly("EU", "rejects");
        assertThat(sentences.getFirst().tags()).containsExactly("I-ORG", "O");
        assertThat(sentences.get(1).place().line()).isEqualTo(7);
        assertThat(ConllFile.of(file)
                        .withColumns(0, 2)
                        .read(BadRows.stop())
                        .getFirst()
                        .tags())
                .containsExactly("I-NP", "I-VP");
        assertThat(ConllFile.of(file).untagged().read(BadRows.stop()).getFirst().tags())
                .isEmpty();
    }

    @Test
    void tagsAreListedWithOFirstThenByType() throws IOException {
        Path file = write("a B-PER\nb I-PER\nc O\nd B-LOC\n");
        assertThat(ConllFile.tags(ConllFile.of(file).read(BadRows.stop())).names())
                .containsExactly("O", "B-LOC", "B-PER", "I-PER");
        Path empty = write("a O\n");
        List<TaggedWords> nothing = ConllFile.of(empty).read(BadRows.stop());
        assertThatThrownBy(() -> ConllFile.tags(nothing)).hasMessageContaining("every tag is O");
    }

    @Test
    void aBadLineIsNamedAndCostsItsSentenceOnly() throws IOException {
        Path file = write("a O\nb\nc O\n\nd B-PER\n\ne NOUN\n");
        assertThatThrownBy(() -> ConllFile.of(file).read(BadRows.stop()))
                .isInstanceOf(TaskDataException.class)
                .hasMessageContaining("a.txt, line 2: one field, 'b', where a word and a tag are needed");
        BadRows bad = BadRows.skip();
        assertThat(ConllFile.of(file).read(bad)).extracting(TaggedWords::words).containsExactly(List.of("d"));
        assertThat(bad.first()).hasSize(2).last().asString().contains("line 7: 'NOUN' is no tag");
        assertThatThrownBy(() -> ConllFile.of(file).withColumns(0, 3).read(BadRows.stop()))
                .hasMessageContaining("no tag in column 3 of 2");
    }

    @Test
    void schemesAreRecognised() {
        assertThat(TagScheme.of(List.of(List.of("I-A", "B-A", "O")))).isEqualTo(TagScheme.IOB1);
        assertThat(TagScheme.of(List.of(List.of("B-A", "I-A", "O")))).isEqualTo(TagScheme.IOB2);
        assertThat(TagScheme.of(List.of(List.of("B-A", "I-A"), List.of("I-B")))).isEqualTo(TagScheme.IOB2);
        assertThat(TagScheme.of(List.of(List.of("B-A", "E-A"), List.of("O")))).isEqualTo(TagScheme.BIOES);
        assertThat(TagScheme.of(List.of(List.of("U-A")))).isEqualTo(TagScheme.BIOES);
    }

    @Test
    void tagsAreWrittenInEachScheme() {
        List<Span> spans = List.of(new Span("A", 0, 2), new Span("A", 2, 3), new Span("B", 4, 5));
        assertThat(TagScheme.IOB1.write(spans, 5)).containsExactly("I-A", "I-A", "B-A", "O", "I-B");
        assertThat(TagScheme.IOB2.write(spans, 5)).containsExactly("B-A", "I-A", "B-A", "O", "B-B");
        assertThat(TagScheme.BIOES.write(spans, 5)).containsExactly("B-A", "E-A", "S-A", "O", "S-B");
    }

    @Property
    void everySchemeKeepsTheEntities(@ForAll("spans") List<Span> spans) {
        for (TagScheme scheme : TagScheme.values()) {
            List<String> tags = scheme.write(spans, 20);
            assertThat(Span.read(tags)).isEqualTo(spans);
            for (TagScheme other : TagScheme.values()) {
                assertThat(scheme.convert(other.write(spans, 20))).isEqualTo(tags);
            }
        }
    }

    @Provide
    Arbitrary<List<Span>> spans() {
        // lengths above 0 are entities of that many words, below it gaps
        return Arbitraries.integers().between(-2, 3).list().ofMaxSize(6).map(lengths -> {
            List<Span> spans = new ArrayList<>();
            int at = 0;
            for (int i = 0; i < lengths.size(); i++) {
                int length = lengths.get(i);
                if (length > 0) {
                    spans.add(new Span(i % 3 == 0 ? "A" : "B", at, at + length));
                }
                at += Math.abs(length);
            }
            return List.copyOf(spans);
        });
    }
}
