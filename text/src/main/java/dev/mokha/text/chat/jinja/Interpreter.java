package dev.mokha.text.chat.jinja;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Runs statements: one rendering of a template.
final class Interpreter {
    private enum Flow {
        ON,
        BREAK,
        CONTINUE
    }

    private final Source source;
    private final Meter meter;
    private final Evaluator evaluator;
    private final List<Rendered.Span> spans = new ArrayList<>();
    private boolean buffered;

    Interpreter(Source source, Meter meter) {
        this.source = source;
        this.meter = meter;
        this.evaluator = new Evaluator(source, meter);
    }

    Rendered render(List<Node> nodes, Scope scope) {
        var output = new Output(meter, true);
        run(nodes, scope, output);
        return new Rendered(output.text(), List.copyOf(spans), buffered);
    }

    private Flow run(List<Node> nodes, Scope scope, Output output) {
        for (Node node : nodes) {
            Flow flow = run(node, scope, output);
            if (flow != Flow.ON) {
                return flow;
            }
        }
        return Flow.ON;
    }

    private Flow run(Node node, Scope scope, Output output) {
        try {
            evaluator.enter();
            switch (node) {
                case Node.Data data -> output.write(data.text());
                case Node.Output out -> output.write(Printing.text(used(evaluator.value(out.value(), scope)), meter));
                case Node.SetValue set -> assign(set.target(), evaluator.value(set.value(), scope), scope);
                case Node.SetBlock set ->
                    assign(set.target(), filtered(set.filters(), captured(set.body(), new Scope(scope)), scope), scope);
                case Node.DefineMacro define -> scope.set(define.macro().name(), macro(define.macro(), scope));
                case Node.CallBlock block ->
                    output.write(
                            Printing.text(evaluator.call(block.call(), macro(block.caller(), scope), scope), meter));
                case Node.FilterBlock block ->
                    output.write(Printing.text(
                            filtered(block.filters(), captured(block.body(), new Scope(scope)), scope), meter));
                case Node.Generation generation -> generation(generation, scope, output);
                case Node.If branches -> {
                    return run(chosen(branches, scope), scope, output);
                }
                case Node.For loop -> {
                    return loop(loop, scope, output);
                }
                case Node.With with -> {
                    return with(with, scope, output);
                }
                case Node.Break _ -> {
                    return Flow.BREAK;
                }
                case Node.Continue _ -> {
                    return Flow.CONTINUE;
                }
            }
            return Flow.ON;
        } catch (Fault fault) {
            throw source.error(fault, node.at());
        } finally {
            evaluator.leave();
        }
    }

    /// {@return the value, which has to be there where the environment is strict}
    private Value used(Value value) {
        if (value instanceof Value.Undefined undefined && source.environment().strict()) {
            throw new Fault(undefined.reason());
        }
        return value;
    }

    private List<Node> chosen(Node.If node, Scope scope) {
        for (Node.Branch branch : node.branches()) {
            if (used(evaluator.value(branch.test(), scope)).truth()) {
                return branch.body();
            }
        }
        return node.otherwise();
    }

    private Flow loop(Node.For loop, Scope scope, Output output) {
        List<Value> items = Operators.iterate(used(evaluator.value(loop.items(), scope)), meter);
        if (loop.filter() != null) {
            List<Value> kept = new ArrayList<>();
            for (Value item : items) {
                var inner = new Scope(scope);
                assign(loop.target(), item, inner);
                if (evaluator.value(loop.filter(), inner).truth()) {
                    kept.add(item);
                }
            }
            items = kept;
        }
        if (items.isEmpty()) {
            return run(loop.otherwise(), new Scope(scope), output);
        }
        var state = new Loop(items);
        for (int i = 0; i < items.size(); i++) {
            meter.spend(1);
            state.at(i);
            var inner = new Scope(scope);
            inner.set("loop", state);
            assign(loop.target(), items.get(i), inner);
            if (run(loop.body(), inner, output) == Flow.BREAK) {
                break;
            }
        }
        return Flow.ON;
    }

    private Flow with(Node.With with, Scope scope, Output output) {
        var inner = new Scope(scope);
        for (Node.SetValue set : with.values()) {
            assign(set.target(), evaluator.value(set.value(), scope), inner);
        }
        return run(with.body(), inner, output);
    }

    private void generation(Node.Generation generation, Scope scope, Output output) {
        int start = output.length();
        run(generation.body(), new Scope(scope), output);
        if (output.main()) {
            spans.add(new Rendered.Span(start, output.length()));
        } else {
            buffered = true;
        }
    }

    private Value captured(List<Node> body, Scope scope) {
        var buffer = new Output(meter, false);
        run(body, scope, buffer);
        return new Value.Text(buffer.text());
    }

    private Value filtered(List<Expr.Filter> filters, Value value, Scope scope) {
        Value result = value;
        for (Expr.Filter filter : filters) {
            result = evaluator.filter(filter, result, scope);
        }
        return result;
    }

    private void assign(Node.Target target, Value value, Scope scope) {
        switch (target) {
            case Node.Target.Name name -> scope.set(name.id(), value);
            case Node.Target.Tuple tuple -> {
                List<Value> parts = Operators.iterate(value, meter);
                if (parts.size() != tuple.targets().size()) {
                    throw new Fault("cannot unpack " + parts.size() + " values into "
                            + tuple.targets().size() + " names");
                }
                Iterator<Value> rest = parts.iterator();
                tuple.targets().forEach(one -> assign(one, rest.next(), scope));
            }
            case Node.Target.Attribute attribute -> {
                if (!(scope.get(attribute.namespace()) instanceof Value.Namespace namespace)) {
                    throw new Fault("cannot set '" + attribute.namespace() + "." + attribute.name() + "': '"
                            + attribute.namespace() + "' is no namespace");
                }
                namespace.attributes().put(attribute.name(), value);
            }
        }
    }

    private Value macro(Node.Macro macro, Scope home) {
        return new Value.Function(macro.name(), args -> captured(macro.body(), bound(macro, args, home)));
    }

    /// The scope of a macro's body: arguments, else defaults, which may use the parameters before them.
    private Scope bound(Node.Macro macro, Args args, Scope home) {
        var scope = new Scope(home);
        Map<String, Value> named = new LinkedHashMap<>(args.named());
        Value caller = named.remove("caller");
        if (caller != null) {
            scope.set("caller", caller);
        }
        List<Node.Parameter> parameters = macro.parameters();
        List<Value> given = args.positional();
        for (int i = 0; i < parameters.size(); i++) {
            Node.Parameter parameter = parameters.get(i);
            Value byName = named.remove(parameter.name());
            if (i < given.size() && byName != null) {
                throw new Fault("the macro '" + macro.name() + "' got '" + parameter.name() + "' twice");
            }
            Value value = i < given.size() ? given.get(i) : byName;
            if (value == null && parameter.otherwise() != null) {
                value = evaluator.value(parameter.otherwise(), scope);
            }
            scope.set(
                    parameter.name(),
                    value != null
                            ? value
                            : new Value.Undefined("the parameter '" + parameter.name() + "' was not provided"));
        }
        List<Value> extra = given.subList(Math.min(given.size(), parameters.size()), given.size());
        if (macro.open()) {
            scope.set("varargs", Items.tuple(extra));
            var kwargs = new Dict();
            named.forEach(kwargs::put);
            scope.set("kwargs", kwargs);
        } else if (!extra.isEmpty()) {
            throw new Fault("the macro '" + macro.name() + "' takes no more than " + parameters.size() + " arguments");
        } else if (!named.isEmpty()) {
            throw new Fault("the macro '" + macro.name() + "' has no parameter "
                    + named.keySet().iterator().next());
        }
        return scope;
    }
}
