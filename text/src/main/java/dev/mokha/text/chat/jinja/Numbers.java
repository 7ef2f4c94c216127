package dev.mokha.text.chat.jinja;

import java.math.BigDecimal;

/// Python's numbers. Integers have 64 bits here; a result beyond is an error, never a wrong number.
final class Numbers {
    private Numbers() {}

    static boolean isNumber(Value value) {
        return value instanceof Value.Int || value instanceof Value.Real || value instanceof Value.Bool;
    }

    static boolean isWhole(Value value) {
        return value instanceof Value.Int || value instanceof Value.Bool;
    }

    static long integer(Value value) {
        return switch (value) {
            case Value.Int i -> i.value();
            case Value.Bool bool -> bool == Value.Bool.TRUE ? 1 : 0;
            case Value.Undefined undefined -> throw new Fault(undefined.reason());
            default -> throw new Fault("an integer is needed, not " + value.type());
        };
    }

    static double real(Value value) {
        return value instanceof Value.Real real ? real.value() : integer(value);
    }

    static Value add(Value a, Value b) {
        try {
            return isWhole(a) && isWhole(b)
                    ? new Value.Int(Math.addExact(integer(a), integer(b)))
                    : new Value.Real(real(a) + real(b));
        } catch (ArithmeticException _) {
            throw tooLarge();
        }
    }

    static Value subtract(Value a, Value b) {
        try {
            return isWhole(a) && isWhole(b)
                    ? new Value.Int(Math.subtractExact(integer(a), integer(b)))
                    : new Value.Real(real(a) - real(b));
        } catch (ArithmeticException _) {
            throw tooLarge();
        }
    }

    static Value multiply(Value a, Value b) {
        try {
            return isWhole(a) && isWhole(b)
                    ? new Value.Int(Math.multiplyExact(integer(a), integer(b)))
                    : new Value.Real(real(a) * real(b));
        } catch (ArithmeticException _) {
            throw tooLarge();
        }
    }

    static Value divide(Value a, Value b) {
        nonzero(b);
        return new Value.Real(real(a) / real(b));
    }

    /// Rounds towards minus infinity.
    static Value floorDivide(Value a, Value b) {
        nonzero(b);
        if (isWhole(a) && isWhole(b)) {
            if (integer(a) == Long.MIN_VALUE && integer(b) == -1) {
                throw tooLarge();
            }
            return new Value.Int(Math.floorDiv(integer(a), integer(b)));
        }
        return new Value.Real(Math.floor(real(a) / real(b)));
    }

    /// Takes the sign of the divisor.
    static Value modulo(Value a, Value b) {
        nonzero(b);
        if (isWhole(a) && isWhole(b)) {
            return new Value.Int(Math.floorMod(integer(a), integer(b)));
        }
        double divisor = real(b);
        double rest = real(a) % divisor;
        return new Value.Real(rest != 0 && (rest < 0) != (divisor < 0) ? rest + divisor : rest);
    }

    static Value power(Value a, Value b) {
        if (isWhole(a) && isWhole(b) && integer(b) >= 0) {
            long base = integer(a);
            long result = 1;
            try {
                for (long left = integer(b); left > 0; left >>= 1) {
                    if ((left & 1) == 1) {
                        result = Math.multiplyExact(result, base);
                    }
                    if (left > 1) {
                        base = Math.multiplyExact(base, base);
                    }
                }
            } catch (ArithmeticException _) {
                throw tooLarge();
            }
            return new Value.Int(result);
        }
        return new Value.Real(Math.pow(real(a), real(b)));
    }

    static Value negate(Value a) {
        try {
            return isWhole(a) ? new Value.Int(Math.negateExact(integer(a))) : new Value.Real(-real(a));
        } catch (ArithmeticException _) {
            throw tooLarge();
        }
    }

    /// {@return the shortest digits that read back as this number, as Python writes them}
    static String text(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0.0" : "0.0";
        }
        BigDecimal exact = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        int exponent = exact.precision() - exact.scale() - 1;
        if (exponent >= -4 && exponent < 16) {
            String plain = exact.toPlainString();
            return plain.contains(".") ? plain : plain + ".0";
        }
        String digits = exact.unscaledValue().abs().toString();
        return (value < 0 ? "-" : "") + digits.charAt(0) + (digits.length() > 1 ? "." + digits.substring(1) : "") + "e"
                + (exponent < 0 ? "-" : "+") + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
    }

    private static void nonzero(Value divisor) {
        if (real(divisor) == 0) {
            throw new Fault("division by zero");
        }
    }

    private static Fault tooLarge() {
        return new Fault("an integer of more than 64 bits");
    }
}
