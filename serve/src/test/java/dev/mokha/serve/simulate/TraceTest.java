package dev.mokha.serve.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.mokha.serve.schedule.LinearCost.Measured;
import dev.mokha.serve.schedule.StepShape;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceTest {
    private static Trace read(String text, int most) {
        try {
            return Trace.read(new BufferedReader(new StringReader(text)), "trace.csv", most);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void azuresTraceOf2023() {
        Trace trace = read("""
                TIMESTAMP,ContextTokens,GeneratedTokens\r
                2023-11-16 18:15:46.6805900,374,44\r
                2023-11-16 18:15:50.9951690,396,109\r
                2023-11-16 18:15:51.2224670,879,0\r
                """, 10);
        assertThat(trace.workload().requests())
                .containsExactly(Request.of(0, 374, 44), Request.of(4_314_579_000L, 396, 109));
        assertThat(trace.skipped()).isOne();
    }

    @Test
    void azuresTraceOf2024HasATimeZone() {
        Trace trace = read("""
                TIMESTAMP,ContextTokens,GeneratedTokens
                2024-05-10 00:00:00.009930+00:00,2162,5
                2024-05-10 00:00:01+00:00,2399,6
                """, 10);
        assertThat(trace.workload().requests())
                .containsExactly(Request.of(0, 2162, 5), Request.of(990_070_000, 2399, 6));
    }

    @Test
    void burstGptsTraceInBothForms() {
        Trace trace = read("""
                Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type
                5,ChatGPT,472,18,490,Conversation log
                45,ChatGPT,1087,0,1087,Conversation log
                118.5,GPT-4,417,276,693,API log
                """, 10);
        assertThat(trace.workload().requests())
                .containsExactly(
                        new Request(0, 472, 18, "ChatGPT", 0, 0, ""),
                        new Request(113_500_000_000L, 417, 276, "GPT-4", 0, 0, ""));
        assertThat(trace.skipped()).isOne();
        Trace later = read("""
                Timestamp,Session ID,Elapsed time,Model,Request tokens,Response tokens,Total tokens,Log Type
                5,a1,0.4,ChatGPT,472,18,490,Conversation log
                """, 10);
        assertThat(later.workload().requests()).containsExactly(new Request(0, 472, 18, "ChatGPT", 0, 0, ""));
    }

    @Test
    void onlyTheFirstAreReadAndTheyAreSorted() {
        Trace trace = read("Timestamp,Request tokens,Response tokens\n9,1,1\n5,2,2\n\n7,3,3\n6,4,4\n", 3);
        assertThat(trace.workload().requests())
                .extracting(Request::promptTokens)
                .containsExactly(2, 3, 1);
        assertThat(trace.workload().requests()).extracting(Request::arrival).startsWith(0L, 2_000_000_000L);
    }

    @Test
    void errorsNameTheLineAndTheValue() {
        String head = "TIMESTAMP,ContextTokens,GeneratedTokens\n";
        assertThatThrownBy(() -> read("", 1)).hasMessageContaining("trace.csv is empty");
        assertThatThrownBy(() -> read(head, 1)).hasMessageContaining("trace.csv has no request");
        assertThatThrownBy(() -> read("a,b\n", 1)).hasMessageContaining("trace.csv begins with 'a,b'");
        assertThatThrownBy(() -> read(head + "1,2\n", 1)).hasMessage("trace.csv, line 2 has 2 cells, the heading 3");
        assertThatThrownBy(() -> read(head + "1,2,3\n1,x,3\n", 9))
                .hasMessage("trace.csv, line 3: 'x' is no number of tokens");
        assertThatThrownBy(() -> read(head + "1,2.5,3\n", 9)).hasMessageContaining("'2.5' is no number of tokens");
        assertThatThrownBy(() -> read(head + "-1,2,3\n", 9)).hasMessageContaining("-1 is no time in seconds");
        assertThatThrownBy(() -> read(head + "2023-13-16 18:15:46,2,3\n", 9))
                .hasMessageContaining("'2023-13-16 18:15:46' is neither seconds nor a time");
    }

    @FuzzTest
    void foreignTextIsATraceOrAnError(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        for (String file : List.of(text, "TIMESTAMP,ContextTokens,GeneratedTokens\n" + text)) {
            try {
                assertThat(read(file, 100).workload().requests()).isNotEmpty();
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageContaining("trace.csv");
            }
        }
    }

    @Test
    void measuredStepsComeBack(@TempDir Path folder) throws IOException {
        var steps = List.of(
                new Measured(new StepShape(1, 2, 3, 4), 5), new Measured(new StepShape(0, 0, 9, 1 << 20), 1L << 40));
        Path file = folder.resolve("steps.csv");
        Files.write(file, List.of(StepLog.HEADING, StepLog.row(steps.get(0)), "", StepLog.row(steps.get(1))));
        assertThat(StepLog.read(file)).isEqualTo(steps);
        Files.write(file, List.of(StepLog.HEADING, "1,2,3,4,5", "1,2,3,4,x"));
        assertThatThrownBy(() -> StepLog.read(file)).hasMessage(file + ", line 3 is no step: 1,2,3,4,x");
        Files.write(file, List.of(StepLog.HEADING, "1,2,3"));
        assertThatThrownBy(() -> StepLog.read(file)).hasMessageContaining("line 2 has 3 cells, not 5");
        Files.write(file, List.of("a,b"));
        assertThatThrownBy(() -> StepLog.read(file)).hasMessageContaining("does not begin with prefill_tokens");
    }
}
