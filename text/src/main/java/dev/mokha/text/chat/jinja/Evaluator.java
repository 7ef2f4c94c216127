package dev.mokha.text.chat.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Evaluates expressions in a scope.
final class Evaluator {
    private final Source source;
    private final Meter meter;
    private int depth;

    Evaluator(Source source, Meter meter) {
        this.source = source;
        this.meter = meter;
    }

    Value value(Expr expr, Scope scope) {
        try {
            enter();
            return switch (expr) {
                case Expr.Literal literal -> literal.value();
                case Expr.Name name -> name(name.id(), scope);
                case Expr.ListOf list -> Items.list(values(list.items(), scope));
                case Expr.TupleOf tuple -> Items.tuple(values(tuple.items(), scope));
                case Expr.DictOf dict -> dict(dict, scope);
                case Expr.Attribute attribute ->
                    Operators.attribute(value(attribute.target(), scope), attribute.name(), meter);
                case Expr.Item item -> Operators.item(value(item.target(), scope), value(item.key(), scope), meter);
                case Expr.Slice slice -> slice(slice, scope);
                case Expr.Call call -> call(call, null, scope);
                case Expr.Filtered filtered -> filter(filtered.filter(), value(filtered.target(), scope), scope);
                case Expr.Tested tested -> test(tested, scope);
                case Expr.Unary unary -> unary(unary, scope);
                case Expr.Not not -> Value.Bool.of(!value(not.operand(), scope).truth());
                case Expr.Binary binary -> {
                    Value left = value(binary.left(), scope);
                    yield Operators.binary(binary.operator(), left, value(binary.right(), scope), meter);
                }
                case Expr.And and -> {
                    Value left = value(and.left(), scope);
                    yield left.truth() ? value(and.right(), scope) : left;
                }
                case Expr.Or or -> {
                    Value left = value(or.left(), scope);
                    yield left.truth() ? left : value(or.right(), scope);
                }
                case Expr.Comparison comparison -> compare(comparison, scope);
                case Expr.Concat concat -> concat(concat, scope);
                case Expr.Conditional conditional -> conditional(conditional, scope);
            };
        } catch (Fault fault) {
            throw source.error(fault, expr.at());
        } finally {
            depth--;
        }
    }

    /// Counts a step and a level; [#leave] gives the level back.
    void enter() {
        depth++;
        meter.depth(depth);
        meter.spend(1);
    }

    void leave() {
        depth--;
    }

    private static Value name(String id, Scope scope) {
        Value value = scope.get(id);
        return value == null ? new Value.Undefined("'" + id + "' is undefined") : value;
    }

    private List<Value> values(List<Expr> exprs, Scope scope) {
        List<Value> values = new ArrayList<>(exprs.size());
        for (Expr expr : exprs) {
            values.add(value(expr, scope));
        }
        return values;
    }

    private Value dict(Expr.DictOf expr, Scope scope) {
        var dict = new Dict();
        for (Expr.Pair pair : expr.pairs()) {
            Value key = value(pair.key(), scope);
            dict.put(key, value(pair.value(), scope));
        }
        return dict;
    }

    private Value slice(Expr.Slice slice, Scope scope) {
        Value target = value(slice.target(), scope);
        return Operators.slice(
                target, bound(slice.from(), scope), bound(slice.to(), scope), bound(slice.step(), scope), meter);
    }

    private Value bound(@Nullable Expr expr, Scope scope) {
        return expr == null ? Value.None.NONE : value(expr, scope);
    }

    /// Calls a function; `caller` is the body of a call block.
    Value call(Expr.Call call, @Nullable Value caller, Scope scope) {
        Value callee = value(call.callee(), scope);
        Args args = arguments(call.arguments(), scope);
        if (caller != null) {
            Map<String, Value> named = new LinkedHashMap<>(args.named());
            named.put("caller", caller);
            args = new Args(args.positional(), named);
        }
        return switch (callee) {
            case Value.Function function -> function.body().call(args);
            case Value.Undefined undefined -> throw new Fault(undefined.reason());
            default -> throw new Fault("'" + callee.type() + "' is not callable");
        };
    }

    private Args arguments(Expr.Arguments arguments, Scope scope) {
        List<Value> positional = values(arguments.positional(), scope);
        if (arguments.rest() != null) {
            positional.addAll(Operators.iterate(value(arguments.rest(), scope), meter));
        }
        if (arguments.named().isEmpty() && arguments.namedRest() == null) {
            return new Args(positional, Map.of());
        }
        Map<String, Value> named = new LinkedHashMap<>();
        for (Expr.Keyword keyword : arguments.named()) {
            if (named.put(keyword.name(), value(keyword.value(), scope)) != null) {
                throw new Fault("the argument '" + keyword.name() + "' is given twice");
            }
        }
        if (arguments.namedRest() != null) {
            if (!(value(arguments.namedRest(), scope) instanceof Dict dict)) {
                throw new Fault("'**' needs a mapping");
            }
            for (Dict.Entry entry : dict.entries()) {
                String name = Printing.text(entry.key(), meter);
                if (named.put(name, entry.value()) != null) {
                    throw new Fault("the argument '" + name + "' is given twice");
                }
            }
        }
        return new Args(positional, named);
    }

    Value filter(Expr.Filter filter, Value target, Scope scope) {
        try {
            return Filters.apply(filter.name(), target, arguments(filter.arguments(), scope), meter);
        } catch (Fault fault) {
            throw source.error(fault, filter.at());
        }
    }

    private Value test(Expr.Tested tested, Scope scope) {
        Tests.Test test = Tests.named(tested.test());
        if (test == null) {
            throw new Fault("the test '" + tested.test() + "' is not supported");
        }
        Value value = value(tested.target(), scope);
        return Value.Bool.of(test.holds(value, arguments(tested.arguments(), scope), meter));
    }

    private Value unary(Expr.Unary unary, Scope scope) {
        Value operand = value(unary.operand(), scope);
        if (!Numbers.isNumber(operand)) {
            throw Comparing.undefinedOr(
                    operand, operand, "'" + unary.operator() + "' does not go with '" + operand.type() + "'");
        }
        return unary.operator() == '-'
                ? Numbers.negate(operand)
                : operand instanceof Value.Bool ? new Value.Int(Numbers.integer(operand)) : operand;
    }

    private Value compare(Expr.Comparison comparison, Scope scope) {
        Value left = value(comparison.first(), scope);
        for (Expr.Against against : comparison.rest()) {
            Value right = value(against.operand(), scope);
            boolean holds = switch (against.operator()) {
                case "==" -> Comparing.equal(left, right, meter);
                case "!=" -> !Comparing.equal(left, right, meter);
                case "<" -> Comparing.order(left, right, meter) < 0;
                case "<=" -> Comparing.order(left, right, meter) <= 0;
                case ">" -> Comparing.order(left, right, meter) > 0;
                case ">=" -> Comparing.order(left, right, meter) >= 0;
                case "in" -> Comparing.contains(right, left, meter);
                default -> !Comparing.contains(right, left, meter);
            };
            if (!holds) {
                return Value.Bool.FALSE;
            }
            left = right;
        }
        return Value.Bool.TRUE;
    }

    private Value concat(Expr.Concat concat, Scope scope) {
        var out = new StringBuilder();
        for (Expr part : concat.parts()) {
            out.append(Printing.text(value(part, scope), meter));
            meter.text(out.length());
        }
        return new Value.Text(out.toString());
    }

    private Value conditional(Expr.Conditional conditional, Scope scope) {
        if (value(conditional.test(), scope).truth()) {
            return value(conditional.then(), scope);
        }
        Expr otherwise = conditional.otherwise();
        return otherwise == null
                ? new Value.Undefined("the inline if is false and has no else")
                : value(otherwise, scope);
    }
}
