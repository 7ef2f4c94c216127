package dev.mokha.text.chat.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.mokha.text.chat.Golden;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/// Small templates against Jinja2 itself.
final class GrammarTest {
    @TestFactory
    List<DynamicTest> everyTemplatePrintsWhatJinjaPrints() throws IOException {
        JsonNode golden = Golden.json("grammar.json");
        Map<String, @Nullable Object> variables = Golden.fields(golden.path("variables"));
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode one : golden.path("cases")) {
            String template = one.path("template").stringValue();
            tests.add(dynamicTest(template.isBlank() ? "blank" : template, () -> {
                if (one.has("fails")) {
                    assertThatThrownBy(() -> render(template, variables))
                            .as(one.path("fails").stringValue())
                            .isInstanceOf(TemplateException.class);
                } else {
                    assertThat(render(template, variables))
                            .isEqualTo(one.path("text").stringValue());
                }
            }));
        }
        return tests;
    }

    @Test
    void theGoldenValuesAreMany() throws IOException {
        assertThat(Golden.json("grammar.json").path("cases").size()).isGreaterThan(600);
    }

    private static String render(String template, Map<String, @Nullable Object> variables) {
        return Template.parse(template)
                .render(variables, Golden.CLOCK, Limits.DEFAULT)
                .text();
    }
}
