package dev.mokha.language.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExamplesTest {
    private static final Columns COLUMNS = new Columns("text", null, "label");

    @TempDir
    Path folder;

    private List<Row> rows(String text) throws IOException {
        return Table.of(Files.writeString(folder.resolve("a.csv"), text)).rows(BadRows.stop());
    }

    @Test
    void classesAreThoseThatOccurInOrder() throws IOException {
        List<Row> rows = rows("text,label\na,pos\nb,neg\nc, pos \n");
        LabelSet labels = COLUMNS.labels(rows);
        assertThat(labels.names()).containsExactly("neg", "pos");
        assertThat(COLUMNS.classified(rows, labels, BadRows.stop()))
                .extracting(TextExample::label)
                .containsExactly(new Label.Category(1), new Label.Category(0), new Label.Category(1));
        assertThat(LabelSet.among(List.of("10", "9", "2", "9")).names()).containsExactly("2", "9", "10");
    }

    @Test
    void anUnknownLabelIsNamedWithThoseKnownAndTheNearest() throws IOException {
        List<Row> rows = rows("text,label\na,positive\nb,postive\n");
        LabelSet labels = LabelSet.of(List.of("negative", "positive"));
        assertThatThrownBy(() -> COLUMNS.classified(rows, labels, BadRows.stop()))
                .isInstanceOf(TaskDataException.class)
                .hasMessageContaining("a.csv, line 3: the label 'postive' is none of 'negative', 'positive'")
                .hasMessageContaining("did you mean 'positive'?");
        BadRows bad = BadRows.skip();
        assertThat(COLUMNS.classified(rows, labels, bad)).hasSize(1);
        assertThat(bad.count()).isEqualTo(1);
    }

    @Test
    void aMissingColumnIsNamedWithThoseThereAre() throws IOException {
        List<Row> rows = rows("sentence,label\na,1\n");
        assertThatThrownBy(() -> COLUMNS.unlabelled(rows, BadRows.stop()))
                .hasMessageContaining("line 2: there is no column 'text'; it has 'sentence', 'label'");
    }

    @Test
    void anEmptyTextIsNamed() throws IOException {
        List<Row> rows = rows("text,label\n  ,1\nb,0\n");
        assertThatThrownBy(() -> COLUMNS.unlabelled(rows, BadRows.stop()))
                .hasMessageContaining("line 2: column 'text' is empty");
    }

    @Test
    void aLabelThatIsNoNumberIsNamedWhereOneIsNeeded() throws IOException {
        List<Row> rows = rows("text,label\na,2.5\nb,high\n");
        assertThatThrownBy(() -> COLUMNS.measured(rows, BadRows.stop()))
                .hasMessageContaining("line 3: column 'label' holds 'high', which is no number");
        assertThat(COLUMNS.measured(rows.subList(0, 1), BadRows.stop())
                        .getFirst()
                        .label())
                .isEqualTo(new Label.Amount(2.5));
        List<Row> infinite = rows("text,label\na,Infinity\n");
        assertThatThrownBy(() -> COLUMNS.measured(infinite, BadRows.stop())).hasMessageContaining("finite");
    }

    @Test
    void aColumnThatIsNoLabelIsRefused() throws IOException {
        var ids = new StringBuilder("text,label\n");
        for (int i = 0; i < 40; i++) {
            ids.append("t,").append(i).append('\n');
        }
        List<Row> rows = rows(ids.toString());
        assertThatThrownBy(() -> COLUMNS.labels(rows)).hasMessageContaining("40 different labels in 40 rows");
        List<Row> one = rows("text,label\na,x\nb,x\n");
        assertThatThrownBy(() -> COLUMNS.labels(one)).hasMessageContaining("every row has the label 'x'");
    }

    @Test
    void noGoodRowAtAllIsAnErrorEvenWhenBadRowsAreLeftOut() throws IOException {
        List<Row> rows = rows("text,label\n ,1\n ,0\n");
        assertThatThrownBy(() -> COLUMNS.unlabelled(rows, BadRows.skip()))
                .hasMessageContaining("no row can be used: ")
                .hasMessageContaining("line 2");
    }

    @Test
    void aChoiceIsAnsweredByItsColumnItsNumberItsLetterOrItself() throws IOException {
        var columns = new ChoiceColumns("q", null, List.of("x", "y"), "a");
        List<Row> rows = rows("q,x,y,a\nwhy,so,thus,y\nwhy,so,thus,1\nwhy,so,thus,b\nwhy,so,thus,thus\n");
        assertThat(columns.read(rows, BadRows.stop())).hasSize(4).allSatisfy(example -> {
            assertThat(example.answer()).isEqualTo(1);
            assertThat(example.choices()).containsExactly("so", "thus");
        });
        List<Row> wrong = rows("q,x,y,a\nwhy,so,thus,7\n");
        assertThatThrownBy(() -> columns.read(wrong, BadRows.stop()))
                .hasMessageContaining("line 2: the answer '7' in column 'a' is none of the 2 choices");
    }

    @Test
    void choicesMayBeOneJsonListAndBeginAlike() throws IOException {
        var columns = new ChoiceColumns("q", "s", List.of("c"), null);
        List<Row> rows = rows("q,s,c\nhe ran,He,\"[\"\"fell\"\",\"\"won\"\"]\"\n");
        var example = columns.read(rows, BadRows.stop()).getFirst();
        assertThat(example.choices()).containsExactly("He fell", "He won");
        assertThat(example.answer()).isEqualTo(-1);
        List<Row> wrong = rows("q,s,c\nhe ran,He,fell\n");
        assertThatThrownBy(() -> columns.read(wrong, BadRows.stop())).hasMessageContaining("JSON list of 2");
    }
}
