package dev.mokha.text.grammar;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How many characters the texts of an expression have.
final class Lengths {
    private Lengths() {}

    /// {@return an expression for those texts that have `min` to `max` characters, or null where it takes an
    /// automaton to count them}
    static @Nullable Expr within(Expr expr, int min, int max) {
        if (least(expr) >= min && most(expr) <= max) {
            return expr;
        }
        // Characters in a row of fixed length, but for one repetition: ^[a-z]+$, ^x-[0-9]*$, and .* of a search.
        var parts = new ArrayList<>(expr instanceof Expr.Sequence(List<Expr> inside) ? inside : List.of(expr));
        long fixed = 0;
        int loop = -1;
        for (int i = 0; i < parts.size(); i++) {
            Expr part = parts.get(i);
            if (least(part) == most(part)) {
                fixed += least(part);
            } else if (loop < 0 && part instanceof Expr.Repeat(Expr.Chars _, int _, int _)) {
                loop = i;
            } else {
                return null;
            }
        }
        if (loop < 0 || !(parts.get(loop) instanceof Expr.Repeat(Expr body, int from, int to))) {
            return null;
        }
        long low = Math.max(from, min - fixed);
        long high = max == Expr.UNBOUNDED ? to : Math.min(to, max - fixed);
        if (low > high || high < 0) {
            return Expr.NEVER;
        }
        parts.set(loop, new Expr.Repeat(body, (int) low, (int) high));
        return new Expr.Sequence(parts);
    }

    private static long least(Expr expr) {
        return switch (expr) {
            case Expr.Literal(String text) -> text.codePointCount(0, text.length());
            case Expr.Chars _ -> 1;
            case Expr.Sequence(List<Expr> parts) ->
                parts.stream().mapToLong(Lengths::least).sum();
            case Expr.Choice(List<Expr> options) ->
                options.stream().mapToLong(Lengths::least).min().orElse(0);
            case Expr.Repeat(Expr body, int min, int _) -> min * least(body);
            case Expr.Graph _, Expr.Rule _, Expr.Anchor _ -> 0;
        };
    }

    private static long most(Expr expr) {
        long most = switch (expr) {
            case Expr.Literal(String text) -> text.codePointCount(0, text.length());
            case Expr.Chars _ -> 1;
            case Expr.Sequence(List<Expr> parts) ->
                parts.stream().mapToLong(Lengths::most).sum();
            case Expr.Choice(List<Expr> options) ->
                options.stream().mapToLong(Lengths::most).max().orElse(0);
            case Expr.Repeat(Expr body, int _, int max) -> most(body) == 0 ? 0 : max * most(body);
            case Expr.Graph _, Expr.Rule _, Expr.Anchor _ -> Expr.UNBOUNDED;
        };
        return Math.min(most, Expr.UNBOUNDED);
    }
}
