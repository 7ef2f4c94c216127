package dev.mokha.text.grammar;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The numbers between two bounds, or the multiples of one, as an expression over their digits: exact,
/// without exponents, and never a negative zero.
///
/// @param whole whether only whole numbers, which are written without a point
/// @param low the least, or null
/// @param high the largest, or null
/// @param lowOut whether the least itself is out
/// @param highOut whether the largest itself is out
/// @param multiples what the number is a multiple of, each
record Decimals(
        boolean whole,
        @Nullable BigDecimal low,
        boolean lowOut,
        @Nullable BigDecimal high,
        boolean highOut,
        List<BigDecimal> multiples) {
    private static final int DIGITS = 15; // before the point, where no bound says otherwise: what a double holds
    private static final int FRACTION = 12; // behind it: fewer than a double can tell apart
    private static final int LARGEST_DIVISOR = 20_000;

    /// {@return whether the bounds leave nothing between them}
    boolean isEmpty() {
        return low != null
                && high != null
                && (low.compareTo(high) > 0 || (low.compareTo(high) == 0 && (lowOut || highOut)));
    }

    boolean contains(BigDecimal number) {
        return (low == null || number.compareTo(low) >= (lowOut ? 1 : 0))
                && (high == null || number.compareTo(high) <= (highOut ? -1 : 0))
                && multiples.stream()
                        .allMatch(multiple -> number.remainder(multiple).signum() == 0)
                && (!whole || number.stripTrailingZeros().scale() <= 0);
    }

    Expr toExpr(String what, Budget budget) {
        var options = new ArrayList<Expr>();
        BigDecimal zero = BigDecimal.ZERO;
        if (high == null || high.signum() >= 0) {
            boolean positive = low != null && low.signum() >= 0;
            options.add(
                    magnitude(positive && low != null ? low : zero, positive && lowOut, high, highOut, what, budget));
        }
        if (low == null || low.signum() < 0) {
            boolean negative = high != null && high.signum() < 0;
            options.add(Expr.sequence(
                    Expr.literal("-"),
                    magnitude(
                            negative && high != null ? high.negate() : zero,
                            !negative || highOut, // without zero
                            low == null ? null : low.negate(),
                            lowOut,
                            what,
                            budget)));
        }
        return Expr.choice(options);
    }

    /// How far a number is read.
    ///
    /// @param digits before the point
    /// @param fraction behind it, -1 before the point
    /// @param toLow how the digits compare with those of the lower bound in the same places
    /// @param remainder by the divisor
    private record Read(int digits, boolean zero, int fraction, int toLow, int toHigh, int remainder) {}

    private Expr magnitude(
            BigDecimal from, boolean fromOut, @Nullable BigDecimal to, boolean toOut, String what, Budget budget) {
        BigDecimal divisor = divisor();
        int scale = Math.max(divisor.scale(), 0);
        int mod = divisor.signum() == 0 ? 1 : small(divisor.setScale(scale).unscaledValue(), what);
        var lower = new Bound(from);
        var upper = to == null ? null : new Bound(to);
        int most = upper != null ? upper.digits : Math.max(DIGITS, lower.digits + 1);
        int places = Math.max(FRACTION, Math.max(lower.places(), upper == null ? 0 : upper.places()));
        int fraction = whole ? 0 : divisor.signum() != 0 ? scale : places;
        CharDfa dfa = CharDfa.build(
                new Read(0, false, -1, 0, 0, 0),
                read -> {
                    Map<CharSet, Read> out = new HashMap<>();
                    for (int digit = 0; digit < 10; digit++) {
                        int rest = (int) ((read.remainder * 10L + digit) % mod);
                        if (read.fraction >= 0 && read.fraction < fraction) {
                            out.put(
                                    CharSet.of('0' + digit),
                                    new Read(
                                            read.digits,
                                            read.zero,
                                            read.fraction + 1,
                                            lower.compared(read.toLow, lower.place(read.fraction), digit),
                                            upper == null
                                                    ? -1
                                                    : upper.compared(read.toHigh, upper.place(read.fraction), digit),
                                            rest));
                        } else if (read.fraction < 0 && !read.zero && read.digits < most) {
                            out.put(
                                    CharSet.of('0' + digit),
                                    new Read(
                                            read.digits + 1,
                                            read.digits == 0 && digit == 0,
                                            -1,
                                            lower.compared(read.toLow, lower.digit(read.digits), digit),
                                            upper == null
                                                    ? -1
                                                    : upper.compared(read.toHigh, upper.digit(read.digits), digit),
                                            rest));
                        }
                    }
                    if (read.fraction < 0 && read.digits > 0 && fraction > 0) {
                        out.put(CharSet.of('.'), atPoint(read, lower, upper));
                    }
                    return out;
                },
                read -> {
                    if (read.digits == 0 || read.fraction == 0) {
                        return false;
                    }
                    Read end = read.fraction < 0 ? atPoint(read, lower, upper) : read;
                    int toLow = end.toLow == 0 && lower.goesOn(end.fraction) ? -1 : end.toLow;
                    int toHigh = end.toHigh == 0 && upper != null && upper.goesOn(end.fraction) ? -1 : end.toHigh;
                    long rest = end.remainder;
                    for (int i = end.fraction; i < scale; i++) {
                        rest = rest * 10 % mod;
                    }
                    return (toLow > 0 || (toLow == 0 && !fromOut))
                            && (upper == null || toHigh < 0 || (toHigh == 0 && !toOut))
                            && rest == 0;
                },
                what,
                budget);
        return dfa.toExpr(Expr::chars);
    }

    private static Read atPoint(Read read, Bound lower, @Nullable Bound upper) {
        return new Read(
                1,
                false,
                0,
                lower.whole(read.toLow, read.digits),
                upper == null ? -1 : upper.whole(read.toHigh, read.digits),
                read.remainder);
    }

    /// The least number that is a multiple of all, or 0 when there are none.
    private BigDecimal divisor() {
        BigDecimal out = BigDecimal.ZERO;
        for (BigDecimal multiple : multiples) {
            BigDecimal one = multiple.stripTrailingZeros();
            if (out.signum() == 0) {
                out = one;
            } else {
                int scale = Math.max(Math.max(out.scale(), one.scale()), 0);
                BigInteger a = out.setScale(scale).unscaledValue();
                BigInteger b = one.setScale(scale).unscaledValue();
                out = new BigDecimal(a.divide(a.gcd(b)).multiply(b), scale).stripTrailingZeros();
            }
        }
        return out;
    }

    private static int small(BigInteger divisor, String what) {
        if (divisor.compareTo(BigInteger.valueOf(LARGEST_DIVISOR)) > 0) {
            throw new GrammarException(
                    what + ": multipleOf is supported up to " + LARGEST_DIVISOR + " units of its last digit");
        }
        return divisor.intValue();
    }

    /// A bound by its digits.
    private static final class Bound {
        private final String before;
        private final String behind;
        private final int digits;

        Bound(BigDecimal value) {
            String[] parts = value.stripTrailingZeros().toPlainString().split("\\.", 2);
            this.before = parts[0];
            this.behind = parts.length > 1 ? parts[1] : "";
            this.digits = before.length();
        }

        int digit(int i) {
            return i < before.length() ? before.charAt(i) - '0' : 0;
        }

        int place(int i) {
            return i < behind.length() ? behind.charAt(i) - '0' : 0;
        }

        int places() {
            return behind.length();
        }

        boolean goesOn(int fraction) {
            return fraction < behind.length();
        }

        int compared(int soFar, int mine, int digit) {
            return soFar != 0 ? soFar : Integer.compare(digit, mine);
        }

        int whole(int soFar, int digitsRead) {
            return digitsRead != digits ? Integer.compare(digitsRead, digits) : soFar;
        }
    }
}
