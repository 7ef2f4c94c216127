package dev.mokha.text.chat.jinja;

/// Where statements write: the rendered text itself, or a buffer whose place in it is not known yet.
final class Output {
    private final StringBuilder text = new StringBuilder();
    private final Meter meter;
    private final boolean main;

    Output(Meter meter, boolean main) {
        this.meter = meter;
        this.main = main;
    }

    void write(String part) {
        meter.text((long) text.length() + part.length());
        text.append(part);
    }

    int length() {
        return text.length();
    }

    boolean main() {
        return main;
    }

    String text() {
        return text.toString();
    }
}
