package dev.mokha.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GrammarCommandTest {
    @TempDir
    private Path folder;

    @Test
    void textsAreTriedAgainstARegex() {
        var run = Run.mokha("grammar", "check", "--regex", "[0-9]{4}-[0-9]{2}", "2026-11", "2026-1x", "2026");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out())
                .startsWith("compiled in ")
                .contains("instructions\n")
                .contains("fits          2026-11\n")
                .contains("does not fit  2026-1 | x\n")
                .contains("does not fit  2026 … and has to go on\n");
    }

    @Test
    void masksAreMeasuredOverATokenizer() throws IOException {
        Path schema = folder.resolve("schema.json");
        Files.writeString(
                schema, "{\"type\":\"object\",\"properties\":{\"the\":{\"type\":\"boolean\"}},\"required\":[\"the\"]}");
        Path tokenizer = folder.resolve("tokenizer.json");
        TinyModel.tokenizer().save(tokenizer);
        var run = Run.mokha("grammar", "check", "--schema", schema, "--tokenizer", tokenizer, "{\"the\": true}");
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        assertThat(run.out())
                .containsPattern("first mask in .*: 1 of \\d+ tokens\n")
                .contains("tokens taken")
                .contains("states met");
    }

    @Test
    void theOtherNotationsAreRead() throws IOException {
        Path ebnf = folder.resolve("answer.gbnf");
        Files.writeString(ebnf, "root ::= \"yes\" | \"no\"");
        assertThat(Run.mokha("grammar", "check", "--ebnf", ebnf, "no").code()).isZero();
        assertThat(Run.mokha("grammar", "check", "--choice", "a", "--choice", "b", "b")
                        .code())
                .isZero();
        assertThat(Run.mokha("grammar", "check", "--json-object", "--whitespace", "compact", "{\"a\":1}")
                        .code())
                .isZero();
        Path schema = folder.resolve("open.json");
        Files.writeString(schema, "{\"properties\":{\"a\":true}}");
        assertThat(Run.mokha("grammar", "check", "--schema", schema, "7").code())
                .isEqualTo(1);
        assertThat(Run.mokha("grammar", "check", "--schema", schema, "--reading", "literal", "7")
                        .code())
                .isZero();
    }

    @Test
    void whatIsWrongIsSaid() throws IOException {
        var wrong = Run.mokha("grammar", "check", "--regex", "(a");
        assertThat(wrong.code()).isEqualTo(1);
        assertThat(wrong.err()).startsWith("error: the regular expression /(a/, at character 3: a ( without its )");
        Path schema = folder.resolve("schema.json");
        Files.writeString(schema, "{\"oneOf\":[{\"minimum\":1},{\"maximum\":2}]}");
        var overlapping = Run.mokha("grammar", "check", "--schema", schema);
        assertThat(overlapping.err()).startsWith("error: the schema, at #: oneOf has alternatives 0 and 1");
        assertThat(Run.mokha("grammar", "check", "--schema", schema, "--one-of-as-any-of")
                        .code())
                .isZero();
        assertThat(Run.mokha("grammar", "check", "text").code()).isEqualTo(2);
        assertThat(Run.mokha("grammar").code()).isEqualTo(2);
    }
}
