package dev.mokha.text.chat.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a task's templates have otherwise than a chat's; by hand, from Jinja's documentation of its whitespace.
final class EnvironmentTest {
    private static String render(String template, Environment environment) {
        return Template.parse(template, environment)
                .render(Map.of("x", "1"), Clock.systemUTC(), Limits.DEFAULT)
                .text();
    }

    @Test
    void aTasksTextStandsAsItIs() {
        String template = "a\n  {% if x %}\n{{x}}\n{% endif %}\nb\n";
        assertThat(render(template, Environment.TASK)).isEqualTo("a\n  \n1\n\nb\n");
        assertThat(render(template, Environment.CHAT)).isEqualTo("a\n1\nb");
        assertThat(render("a {%- if x -%} b {%- endif %} c", Environment.TASK)).isEqualTo("ab c");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{{y}}", "{% if y %}{% endif %}", "{% for z in y %}{% endfor %}", "{{x.y}}"})
    void whatIsNotThereIsAnErrorInATask(String template) {
        assertThatThrownBy(() -> render(template, Environment.TASK)).isInstanceOf(TemplateException.class);
        assertThat(render(template, Environment.CHAT)).isEmpty();
    }

    @Test
    void itMayBeAskedFor() {
        assertThat(render("{{y is defined}} {{y|default('-')}}", Environment.TASK))
                .isEqualTo("False -");
    }
}
