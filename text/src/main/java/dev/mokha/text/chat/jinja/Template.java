package dev.mokha.text.chat.jinja;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A parsed template; may be rendered any number of times, from any thread.
public final class Template {
    private final Source source;
    private final List<Node> nodes;

    private Template(Source source, List<Node> nodes) {
        this.source = source;
        this.nodes = nodes;
    }

    /// {@return the template of this text}
    /// @throws TemplateException when the text is no template of our subset of Jinja
    public static Template parse(String template) {
        return parse(template, Environment.CHAT);
    }

    /// {@return the template of this text}
    /// @throws TemplateException when the text is no template of our subset of Jinja
    public static Template parse(String template, Environment environment) {
        Source source = Source.of(template, environment);
        try {
            return new Template(source, StatementParser.parse(source));
        } catch (StackOverflowError _) {
            throw source.error("nested too deep for this thread's stack", 0);
        }
    }

    /// {@return the text of the template with these variables}
    /// @param variables strings, numbers, booleans, null, lists and maps of such
    /// @param clock what `strftime_now` tells
    /// @throws TemplateException when the template refuses, errs or uses more than `limits` allow
    public Rendered render(Map<String, ? extends @Nullable Object> variables, Clock clock, Limits limits) {
        var meter = new Meter(limits);
        try {
            var scope = new Scope(Globals.scope(clock, meter));
            variables.forEach((name, value) -> scope.set(name, Values.of(value)));
            return new Interpreter(source, meter).render(nodes, scope);
        } catch (Fault fault) {
            throw source.error(fault, 0);
        } catch (ArithmeticException _) {
            throw source.error("an integer of more than 64 bits", 0);
        } catch (StackOverflowError _) {
            throw source.error("nested too deep for this thread's stack", 0);
        }
    }
}
